/** Every counter that /metrics shows, with its labels; the exporter adds the prefix `crew_` and the suffix `_total`. */
export const COUNTERS = {
  security_events: { help: "Attacks, lockouts and refusals by kind", labels: ["kind", "severity"] },
  schedule_ticks: { help: "Due times of schedules by what became of them", labels: ["outcome"] },
  cache_lookups: { help: "Lookups in caches by cache and result", labels: ["cache", "result"] },
  webhook_attempts: { help: "Attempts to deliver to webhooks by outcome", labels: ["outcome"] },
  trigger_events: { help: "Events that came to triggers by what became of them", labels: ["state"] },
  model_calls: { help: "Attempts to call a model by provider and outcome", labels: ["provider", "outcome"] },
  model_refusals: { help: "Calls that a provider has refused for now (429)", labels: ["provider"] },
  model_tokens: { help: "Tokens that providers have counted", labels: ["provider", "direction"] },
  model_cost_usd: { help: "What calls have cost in US dollars, where the price is known", labels: ["provider"] },
  lane_wait_seconds: { help: "Seconds that calls have waited in a worker for their turn at a provider", labels: ["provider"] },
  http_requests: { help: "Answered requests by route, method and status", labels: ["route", "method", "status"] },
  socket_frames: { help: "Frames of sockets by direction", labels: ["direction"] },
  socket_bytes: { help: "Bytes of those frames by direction", labels: ["direction"] },
  socket_resyncs: { help: "Topics that a reader was too slow for and had to subscribe to anew", labels: [] },
  sockets_closed: { help: "Sockets that the gateway has closed, by why", labels: ["why"] },
  sockets_refused: { help: "Sockets that the gateway has let nobody in by, by why", labels: ["why"] },
  dead_letters: { help: "Runs and jobs that could not be finished, by reason", labels: ["kind", "code"] },
} as const;

export type CounterName = keyof typeof COUNTERS;

/** Every figure that is read in the moment when somebody asks for /metrics. */
export const GAUGES = {
  event_loop_delay_seconds: { help: "Longest delay of the event loop since the last reading", labels: [] },
  sockets: { help: "Open sockets of this process", labels: [] },
  runs: { help: "Runs that have not ended, by state", labels: ["state"] },
  queue_depth: { help: "Runs that wait for a worker", labels: ["kind"] },
  queue_oldest_seconds: { help: "How long the run that waits longest for a worker has waited", labels: ["kind"] },
  workers: { help: "Worker processes", labels: [] },
  worker_capacity: { help: "Runs that all workers together move at the same time at most", labels: [] },
  lease_age_max_seconds: { help: "Since the oldest lease of a run was renewed: more than some seconds is a worker in trouble", labels: [] },
  run_attempts_max: { help: "Most attempts of a run since it completed a step: a fourth ends it", labels: [] },
  dead_letters_open: { help: "Dead letters that nobody has dealt with", labels: ["kind"] },
  backup_age_seconds: { help: "Since the moment that the last good backup holds", labels: [] },
  backup_verified_age_seconds: { help: "Since a backup was last restored elsewhere and found whole", labels: [] },
  backups_failed: { help: "Backups that failed, or failed to be verified, since the last good one", labels: [] },
  jobs: { help: "Jobs by name: due, active, later", labels: ["name", "state"] },
} as const satisfies Record<string, { help: string; labels: readonly string[] }>;

export type GaugeName = keyof typeof GAUGES;

export interface GaugeSample {
  labels: Record<string, string>;
  value: number;
}

/** Figures for whoever watches the installation. */
export interface Metrics {
  /** By one, unless `by` says otherwise. */
  count(name: CounterName, labels: Record<string, string>, by?: number): void;
  /** `read` is asked for each reading of /metrics, for all its samples at once; one that fails leaves the figure out. */
  gauge(name: GaugeName, read: () => GaugeSample[] | Promise<GaugeSample[]>): void;
}
