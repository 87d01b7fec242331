interface Described {
  help: string;
  labels: readonly string[];
}

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
  trace_spans: { help: "Spans by whether the collector of traces has taken them", labels: ["outcome"] },
  redis_failures: { help: "Connections to Redis that broke, and commands that it did not answer in time", labels: ["what"] },
} as const satisfies Record<string, Described>;

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
  base_backup_age_seconds: { help: "Since the newest whole base backup of the server's own files was done", labels: [] },
  base_backup_failing: { help: "1 where the last base backup failed or one that is kept is not whole, else 0", labels: [] },
  wal_archive_age_seconds: { help: "Since the server archived a WAL file, or was started; absent where it archives nothing", labels: [] },
  wal_archive_waiting_bytes: { help: "WAL that is written and not in the archive yet", labels: [] },
  jobs: { help: "Jobs by name: due, active, later", labels: ["name", "state"] },
  outbox_waiting: { help: "Events that have not become deliveries to webhooks yet", labels: [] },
  webhook_deliveries_waiting: { help: "Deliveries to webhooks: due now, or later since they failed", labels: ["state"] },
  schema_version: { help: "Number of the migration that was applied last", labels: [] },
  build_info: { help: "Always 1; the version says which code this process runs", labels: ["version"] },
  db_pool_connections: { help: "Connections of this process to PostgreSQL, by whether somebody has them", labels: ["state"] },
  db_pool_waiting: { help: "Statements of this process that wait for a connection", labels: [] },
  redis_connected: { help: "1 where every connection of this process to Redis stands, else 0; absent where there is no Redis", labels: [] },
} as const satisfies Record<string, Described>;

export type GaugeName = keyof typeof GAUGES;

/** From what is hardly seen to what nobody waits for. */
const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const;
const CALL_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600] as const;

/**
 * Every distribution, with the upper bounds of its buckets in seconds. Each label costs a series for each bucket, so their
 * values come from short closed lists, routes and providers; never an id.
 */
export const HISTOGRAMS = {
  http_request_seconds: {
    help: "From a request to the end of its answer, streams left out",
    labels: ["route", "method"],
    buckets: REQUEST_BUCKETS,
  },
  run_start_seconds: {
    help: "From accepting a run to its first claim by a worker",
    labels: ["kind"],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30, 120, 600],
  },
  run_seconds: {
    help: "In workers' hands until a run ended, waits for people left out, by how it ended",
    labels: ["kind", "state"],
    buckets: [0.5, 1, 2.5, 5, 10, 30, 60, 180, 600, 1_800, 7_200],
  },
  run_stop_seconds: {
    help: "From the word to a worker that a run is to stop to the commit that says so",
    labels: ["why"],
    buckets: REQUEST_BUCKETS,
  },
  step_seconds: {
    help: "Steps that were made, not read from the journal, with their waits and retries",
    labels: ["kind", "outcome"],
    buckets: CALL_BUCKETS,
  },
  model_call_seconds: { help: "Single attempts to call a model", labels: ["provider", "outcome"], buckets: CALL_BUCKETS },
  model_first_word_seconds: { help: "From sending to the first text of an answer", labels: ["provider"], buckets: CALL_BUCKETS },
  webhook_seconds: { help: "Single attempts to deliver to a webhook", labels: ["outcome"], buckets: REQUEST_BUCKETS },
  live_gap_seconds: {
    help: "From the moment of an event to its frame at a socket that was caught up",
    labels: [],
    buckets: REQUEST_BUCKETS,
  },
  db_pool_wait_seconds: {
    help: "What a statement has waited for a connection",
    labels: [],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 1, 2],
  },
} as const satisfies Record<string, Described & { buckets: readonly number[] }>;

export type HistogramName = keyof typeof HISTOGRAMS;

export interface GaugeSample {
  labels: Record<string, string>;
  value: number;
}

/** Figures for whoever watches the installation. */
export interface Metrics {
  /** By one, unless `by` says otherwise. */
  count(name: CounterName, labels: Record<string, string>, by?: number): void;
  /** Seconds of something that is over. */
  observe(name: HistogramName, labels: Record<string, string>, seconds: number): void;
  /** `read` is asked for each reading of /metrics, for all its samples at once; one that fails leaves the figure out. */
  gauge(name: GaugeName, read: () => GaugeSample[] | Promise<GaugeSample[]>): void;
}
