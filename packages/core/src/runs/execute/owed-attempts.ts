import type { System } from "../../system.ts";
import type { Claim } from "./claim.ts";
import { forgiveAttemptRows } from "./owed-attempts-repository.ts";

/** A run that is interrupted more often than this in one worker's life is charged after all: it may be the cause. */
const MOST_FORGIVEN = 20;
const MOST_KNOWN = 10_000;

/**
 * Attempts that the platform owes to runs: they were interrupted since the database was away, by a worker that is still
 * alive. A run is given up when it has killed its workers, not when we were away.
 */
export class OwedAttempts {
  readonly #owed = new Map<string, Claim>();
  readonly #forgiven = new Map<string, number>();

  add(claim: Claim): void {
    this.#owed.set(`${claim.run.id} ${claim.epoch}`, claim);
  }

  /** Once the database is there again. */
  async settle(system: Pick<System, "statements">): Promise<void> {
    const owed = [...this.#owed];
    if (owed.length === 0) return;
    const claims = owed.map(([, claim]) => claim).filter(({ run }) => (this.#forgiven.get(run.id) ?? 0) < MOST_FORGIVEN);
    if (claims.length > 0) await forgiveAttemptRows(system.statements, claims);
    for (const [key] of owed) this.#owed.delete(key);
    for (const { run } of claims) this.#forgiven.set(run.id, (this.#forgiven.get(run.id) ?? 0) + 1);
    for (const runId of this.#forgiven.keys()) {
      if (this.#forgiven.size <= MOST_KNOWN) break;
      this.#forgiven.delete(runId);
    }
  }
}
