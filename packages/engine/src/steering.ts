import type { Place, RunHost, Said } from "./host.ts";
import type { ModelMessage } from "./model.ts";
import { guidancePrompt } from "./prompts.ts";

/** Thrown where a task that is under way is not wanted any more. */
export class TaskSkipped extends Error {
  override name = "TaskSkipped";
  readonly by: string;
  constructor(by: string) {
    super(`skipped by ${by}`);
    this.by = by;
  }
}

/** Thrown by a host in place of a call: somebody has said something since the turn began, so it is to be built anew. */
export class SaidMeanwhile extends Error {
  override name = "SaidMeanwhile";
}

/** What people have said to a run up to now: guidance counts for every agent from then on, and who is skipped stays so. */
export class Steering {
  readonly #host: RunHost;
  readonly #guidance: ModelMessage[] = [];
  readonly #skippedBy = new Map<string, string>();

  constructor(host: RunHost) {
    this.#host = host;
  }

  /** Of all that was said until now, for an agent that begins. */
  get guidance(): readonly ModelMessage[] {
    return this.#guidance;
  }

  skippedBy(taskKey: string): string | undefined {
    return this.#skippedBy.get(taskKey);
  }

  /** Returns what is new at this place of the run. */
  async hear(key: string, place: Place): Promise<ModelMessage[]> {
    const fresh = (await this.#host.hear(key, place)).flatMap((said) => this.#take(said));
    this.#guidance.push(...fresh);
    return fresh;
  }

  #take({ by, text, skips }: Said): ModelMessage[] {
    if (skips === null) return [{ role: "user", content: guidancePrompt(by, text) }];
    if (!this.#skippedBy.has(skips)) this.#skippedBy.set(skips, by);
    return [];
  }
}
