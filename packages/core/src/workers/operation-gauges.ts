import type { GaugeSample } from "../metrics.ts";
import { sharedReading } from "../shared-reading.ts";
import type { System } from "../system.ts";
import { type OperationSamples, readOperationSamples } from "./operation-repository.ts";

/** The figures of operations as metrics. Each worker tells the whole installation's: take one, or the highest. */
export function operationGauges({ statements, metrics }: Pick<System, "statements" | "metrics">): void {
  const read = sharedReading(() => readOperationSamples(statements));
  const of =
    (samples: (all: OperationSamples) => GaugeSample[]): (() => Promise<GaugeSample[]>) =>
    async () =>
      samples(await read());
  const one = (value: number): GaugeSample[] => [{ labels: {}, value }];
  metrics.gauge(
    "runs",
    of(({ states }) => ["queued", "running", "waiting"].map((state) => ({ labels: { state }, value: states[state] ?? 0 }))),
  );
  metrics.gauge(
    "queue_depth",
    of(({ queued }) => queued.map(({ kind, count }) => ({ labels: { kind }, value: count }))),
  );
  metrics.gauge(
    "queue_oldest_seconds",
    of(({ queued }) => queued.map(({ kind, oldest }) => ({ labels: { kind }, value: oldest }))),
  );
  metrics.gauge(
    "workers",
    of(({ workers }) => one(workers)),
  );
  metrics.gauge(
    "worker_capacity",
    of(({ capacity }) => one(capacity)),
  );
  metrics.gauge(
    "lease_age_max_seconds",
    of(({ lease }) => one(lease)),
  );
  metrics.gauge(
    "run_attempts_max",
    of(({ attempts }) => one(attempts)),
  );
  metrics.gauge(
    "dead_letters_open",
    of(({ letters }) => ["run", "job"].map((kind) => ({ labels: { kind }, value: letters[kind] ?? 0 }))),
  );
  metrics.gauge(
    "outbox_waiting",
    of(({ outbox }) => one(outbox)),
  );
  metrics.gauge(
    "webhook_deliveries_waiting",
    of(({ deliveries }) => ["due", "later"].map((state) => ({ labels: { state }, value: deliveries[state] ?? 0 }))),
  );
  metrics.gauge(
    "schema_version",
    of(({ schema }) => one(schema)),
  );
  metrics.gauge(
    "jobs",
    of(({ jobs }) =>
      jobs.flatMap(({ name, ...counts }) => Object.entries(counts).map(([state, value]) => ({ labels: { name, state }, value }))),
    ),
  );
}
