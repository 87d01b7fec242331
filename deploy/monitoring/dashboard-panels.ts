/** One graph of the dashboard: what it is called, how its values are read, and its lines by their names. */
export interface DashboardPanel {
  title: string;
  unit: "short" | "s" | "percentunit" | "reqps" | "bytes" | "currencyUSD";
  /** Name of a line, with labels in double braces, and its expression. */
  lines: Record<string, string>;
  /** One number instead of a graph. */
  isNumber?: true;
}

/** The 50th and the 99th of a hundred, by whatever labels are named. */
const quantiles = (name: string, by = ""): Record<string, string> => {
  const labels = by === "" ? "le" : `le, ${by}`;
  const of = (q: number) => `histogram_quantile(${q}, sum by (${labels}) (rate(${name}_bucket[$__rate_interval])))`;
  const suffix = by === "" ? "" : ` {{${by}}}`;
  return { [`p50${suffix}`]: of(0.5), [`p99${suffix}`]: of(0.99) };
};
const rate = (name: string, by: string) => `sum by (${by}) (rate(${name}[$__rate_interval]))`;

/** What the dashboard shows, row by row. Figures of the whole installation are told by each worker, so the highest counts. */
export const DASHBOARD_ROWS: Record<string, DashboardPanel[]> = {
  Overview: [
    {
      title: "API without faults, 30 days",
      unit: "percentunit",
      isNumber: true,
      lines: {
        "": '1 - (sum(rate(crew_http_requests_total{status=~"5.."}[30d])) or vector(0)) / sum(rate(crew_http_requests_total[30d]))',
      },
    },
    {
      title: "Runs taken within 5 s, 30 days",
      unit: "percentunit",
      isNumber: true,
      lines: {
        "": 'sum(rate(crew_run_start_seconds_bucket{le=~"5([.]0)?"}[30d])) / sum(rate(crew_run_start_seconds_count[30d]))',
      },
    },
    { title: "Workers", unit: "short", isNumber: true, lines: { "": "max(crew_workers)" } },
    { title: "Dead letters open", unit: "short", isNumber: true, lines: { "": "sum(max by (kind) (crew_dead_letters_open))" } },
    {
      title: "Versions",
      unit: "short",
      lines: { "{{version}}": "count by (version) (crew_build_info)", schema: "max(crew_schema_version)" },
    },
    {
      title: "Security events",
      unit: "short",
      lines: { "{{kind}} {{severity}}": "sum by (kind, severity) (increase(crew_security_events_total[5m]))" },
    },
  ],
  Queue: [
    { title: "Runs", unit: "short", lines: { "{{state}}": "max by (state) (crew_runs)", places: "max(crew_worker_capacity)" } },
    {
      title: "Queue",
      unit: "short",
      lines: { "{{kind}}": "max by (kind) (crew_queue_depth)" },
    },
    {
      title: "Oldest in the queue, oldest lease",
      unit: "s",
      lines: { "queue {{kind}}": "max by (kind) (crew_queue_oldest_seconds)", lease: "max(crew_lease_age_max_seconds)" },
    },
    { title: "From accepted to taken", unit: "s", lines: quantiles("crew_run_start_seconds", "kind") },
    { title: "Runs by how they ended", unit: "reqps", lines: { "{{state}}": rate("crew_run_seconds_count", "state") } },
    { title: "In workers' hands", unit: "s", lines: quantiles("crew_run_seconds", "kind") },
    { title: "Steps", unit: "s", lines: quantiles("crew_step_seconds", "kind") },
    { title: "Stops", unit: "s", lines: quantiles("crew_run_stop_seconds", "why") },
    { title: "Most attempts of a run", unit: "short", lines: { attempts: "max(crew_run_attempts_max)" } },
    { title: "Jobs", unit: "short", lines: { "{{name}} {{state}}": "max by (name, state) (crew_jobs) > 0" } },
    { title: "Dead letters", unit: "short", lines: { "{{kind}} {{code}}": "sum by (kind, code) (increase(crew_dead_letters_total[5m]))" } },
    {
      title: "Schedules and triggers",
      unit: "reqps",
      lines: {
        "tick {{outcome}}": rate("crew_schedule_ticks_total", "outcome"),
        "event {{state}}": rate("crew_trigger_events_total", "state"),
      },
    },
  ],
  Models: [
    { title: "Calls", unit: "reqps", lines: { "{{provider}} {{outcome}}": rate("crew_model_calls_total", "provider, outcome") } },
    { title: "Call", unit: "s", lines: quantiles("crew_model_call_seconds", "provider") },
    { title: "First word", unit: "s", lines: quantiles("crew_model_first_word_seconds", "provider") },
    { title: "Refused for now", unit: "reqps", lines: { "{{provider}}": rate("crew_model_refusals_total", "provider") } },
    { title: "Waits for a turn", unit: "s", lines: { "{{provider}}": rate("crew_lane_wait_seconds_total", "provider") } },
    {
      title: "Tokens a second",
      unit: "short",
      lines: { "{{provider}} {{direction}}": rate("crew_model_tokens_total", "provider, direction") },
    },
    {
      title: "Cost an hour",
      unit: "currencyUSD",
      lines: { "{{provider}}": "sum by (provider) (increase(crew_model_cost_usd_total[1h]))" },
    },
  ],
  API: [
    { title: "Requests", unit: "reqps", lines: { "{{status}}": rate("crew_http_requests_total", "status") } },
    { title: "Request", unit: "s", lines: quantiles("crew_http_request_seconds") },
    {
      title: "Slowest routes (p99)",
      unit: "s",
      lines: {
        "{{method}} {{route}}":
          "topk(8, histogram_quantile(0.99, sum by (le, route, method) (rate(crew_http_request_seconds_bucket[$__rate_interval]))))",
      },
    },
    { title: "Caches", unit: "reqps", lines: { "{{cache}} {{result}}": rate("crew_cache_lookups_total", "cache, result") } },
    { title: "Webhook", unit: "s", lines: quantiles("crew_webhook_seconds", "outcome") },
    { title: "Webhook attempts", unit: "reqps", lines: { "{{outcome}}": rate("crew_webhook_attempts_total", "outcome") } },
    {
      title: "Waiting for webhooks",
      unit: "short",
      lines: { events: "max(crew_outbox_waiting)", "deliveries {{state}}": "max by (state) (crew_webhook_deliveries_waiting)" },
    },
  ],
  Sockets: [
    { title: "Open sockets", unit: "short", lines: { "{{instance}}": "crew_sockets" } },
    { title: "Frames", unit: "reqps", lines: { "{{direction}}": rate("crew_socket_frames_total", "direction") } },
    { title: "Bytes", unit: "bytes", lines: { "{{direction}}": rate("crew_socket_bytes_total", "direction") } },
    { title: "Event to frame", unit: "s", lines: quantiles("crew_live_gap_seconds") },
    {
      title: "Closed, refused, too slow",
      unit: "reqps",
      lines: {
        "closed {{why}}": rate("crew_sockets_closed_total", "why"),
        "refused {{why}}": rate("crew_sockets_refused_total", "why"),
        "too slow": "sum(rate(crew_socket_resyncs_total[$__rate_interval]))",
      },
    },
  ],
  "Database, Redis, processes": [
    { title: "Wait for a connection", unit: "s", lines: quantiles("crew_db_pool_wait_seconds", "job") },
    {
      title: "Connections",
      unit: "short",
      lines: {
        "{{job}} {{state}}": "sum by (job, state) (crew_db_pool_connections)",
        "{{job}} waiting": "sum by (job) (crew_db_pool_waiting)",
      },
    },
    {
      title: "Redis",
      unit: "short",
      lines: { "{{job}}": "min by (job) (crew_redis_connected)", "failures {{what}}": rate("crew_redis_failures_total", "what") },
    },
    { title: "Longest standstill", unit: "s", lines: { "{{job}} {{instance}}": "crew_event_loop_delay_seconds" } },
    { title: "Memory", unit: "bytes", lines: { "{{job}} {{instance}}": "crew_process_resident_memory_bytes" } },
    {
      title: "Processor",
      unit: "percentunit",
      lines: { "{{job}} {{instance}}": "rate(crew_process_cpu_seconds_total[$__rate_interval])" },
    },
    { title: "Spans", unit: "reqps", lines: { "{{outcome}}": rate("crew_trace_spans_total", "outcome") } },
  ],
  Backups: [
    { title: "Last good backup", unit: "s", isNumber: true, lines: { "": "max(crew_backup_age_seconds)" } },
    { title: "Last restored and found whole", unit: "s", isNumber: true, lines: { "": "max(crew_backup_verified_age_seconds)" } },
    { title: "Failed since", unit: "short", isNumber: true, lines: { "": "max(crew_backups_failed)" } },
    { title: "Newest whole base backup", unit: "s", isNumber: true, lines: { "": "max(crew_base_backup_age_seconds)" } },
    { title: "Base backups fail", unit: "short", isNumber: true, lines: { "": "max(crew_base_backup_failing)" } },
    { title: "Last WAL archived", unit: "s", lines: { "": "max(crew_wal_archive_age_seconds)" } },
    { title: "WAL not archived yet", unit: "bytes", lines: { "": "max(crew_wal_archive_waiting_bytes)" } },
  ],
};
