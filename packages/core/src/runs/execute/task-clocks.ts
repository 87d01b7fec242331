import { type Place, RunFailure, type TimeLimits } from "@crew/engine/host";
import { deadlineSentence } from "./deadline-sentence.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { inputHash } from "./input-hash.ts";
import { FenceLost, RunParked } from "./run-interrupts.ts";

/**
 * Limits of time inside a run. What counts is time in a worker's hands: waits for people and for a place do not. When a
 * task began stands in the journal as a step, in the run's own time, so that neither a crash nor a wait gives it more.
 */
export class TaskClocks {
  readonly #context: ExecutionContext;
  /** What the calls of each task see of the run: a signal that its limit aborts too. */
  readonly #running = new Map<string, ExecutionContext>();

  constructor(context: ExecutionContext) {
    this.#context = context;
  }

  /** Ends with what it returns. `at` is the prefix of the task's keys. */
  begin(at: string, limits: TimeLimits, place: Place): Disposable {
    const limit = shortest(limits);
    if (!limit) return { [Symbol.dispose]: () => {} };
    const { journal, signal, refuseWhenStopping, endsInMs, activeMs } = this.#context;
    const endsAtMs = this.#begunAt(`${at}/clock`) + limit.seconds * 1_000;
    const leftMs = () => endsAtMs - activeMs();
    const over = new AbortController();
    const alarm = setTimeout(() => over.abort("deadline"), Math.max(leftMs(), 0));
    const context: ExecutionContext = Object.assign(Object.create(this.#context), {
      signal: AbortSignal.any([signal, over.signal]),
      endsInMs: () => Math.min(endsInMs() ?? Number.POSITIVE_INFINITY, leftMs()),
      refuseWhenStopping() {
        refuseWhenStopping();
        if (leftMs() > 0 && !over.signal.aborted) return;
        over.abort("deadline");
        journal.emit(`${at}/deadline`, "deadline_reached", limit, place);
        throw new RunFailure("deadline", deadlineSentence(limit.scope, limit.seconds));
      },
    });
    this.#running.set(at, context);
    return {
      [Symbol.dispose]: () => {
        clearTimeout(alarm);
        this.#running.delete(at);
      },
    };
  }

  /** Does a step of the engine as part of its task, if that has a limit. */
  async within<T>(key: string, work: (context: ExecutionContext) => Promise<T>): Promise<T> {
    const context = this.#running.get(key.slice(0, key.indexOf("/")));
    if (!context) return work(this.#context);
    try {
      context.refuseWhenStopping();
      return await work(context);
    } catch (error) {
      // A signal that aborts in mid-call may surface as any error of any library.
      const isSettled = error instanceof RunFailure || error instanceof RunParked || error instanceof FenceLost;
      if (context.signal.aborted && !isSettled) context.refuseWhenStopping();
      throw error;
    }
  }

  #begunAt(key: string): number {
    const { journal, now, activeMs } = this.#context;
    const known = journal.contents.steps.get(key)?.result as { activeMs: number } | undefined;
    if (known) return known.activeMs;
    const result = { activeMs: Math.round(activeMs()) };
    const at = now();
    journal.recordStep({ key, kind: "timer", class: "read", state: "done", inputHash: inputHash(key), result, startedAt: at, endedAt: at });
    return result.activeMs;
  }
}

function shortest({ task, agent }: TimeLimits): { scope: "task" | "agent"; seconds: number } | undefined {
  if (task !== null && (agent === null || task <= agent)) return { scope: "task", seconds: task };
  return agent === null ? undefined : { scope: "agent", seconds: agent };
}
