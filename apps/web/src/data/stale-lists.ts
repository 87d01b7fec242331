import type { ChangedThing } from "@crew/contracts/socket";
import type { QueryClient } from "@tanstack/react-query";

/** Lists that show a thing; a crew's row shows its last run too. */
const LISTS: Record<ChangedThing, string[]> = {
  run: ["runs", "crews", "workers", "usage", "budgets"],
  crew: ["crews"],
  conversation: ["conversations"],
  approval: ["approvals"],
  schedule: ["schedules"],
  trigger: ["triggers"],
  dead_letter: ["dead-letters"],
  budget: ["budgets", "usage"],
  webhook: ["webhooks"],
  halt: ["halts", "crews"],
};

/** A busy workspace sends many hints a second, and each list is read once for all of them. */
const GATHER_MS = 300;

/** Declares lists stale as hints come in. `dispose` when the hints end. */
export class StaleLists {
  readonly #queries: QueryClient;
  readonly #keys = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(queries: QueryClient) {
    this.#queries = queries;
  }

  add(what: ChangedThing): void {
    for (const key of LISTS[what]) this.#keys.add(key);
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  /** Once hints come, or come again: what changed before was told to nobody. */
  addAll(): void {
    for (const what of Object.keys(LISTS) as ChangedThing[]) this.add(what);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #flush(): void {
    this.#timer = undefined;
    for (const key of this.#keys) void this.#queries.invalidateQueries({ queryKey: [key] });
    this.#keys.clear();
  }
}
