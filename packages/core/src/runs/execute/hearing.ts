import type { Place, Said } from "@crew/engine/host";
import type { System } from "../../system.ts";
import { understoodWords } from "../understood-words.ts";
import { readSaid, type SaidRecord } from "./heard-repository.ts";
import type { Journal } from "./journal.ts";
import { RunParked } from "./run-interrupts.ts";

/**
 * What is said to a run, heard in its order where tasks and turns begin. The journal keeps the place of each message, so
 * that a re-execution hears it there again; a place that an earlier execution has gone past hears nothing new.
 */
export class Hearing {
  readonly #statements: System["statements"];
  readonly #journal: Journal;
  readonly #said: SaidRecord[] = [];
  /** How many of them were heard in this execution. */
  #heard = 0;
  #pausedBy: string | null = null;
  /** Number of the last task of which an earlier execution has finished a step. */
  readonly #lastTask: number;

  constructor({ statements }: Pick<System, "statements">, journal: Journal) {
    this.#statements = statements;
    this.#journal = journal;
    this.#lastTask = Math.max(0, ...[...journal.contents.steps.values()].map(({ key, state }) => (state === "done" ? taskNumber(key) : 0)));
  }

  /** More was said than a turn that begins now has seen. */
  get isBehind(): boolean {
    return this.#journal.said > this.#said.length;
  }

  async hear(key: string, place: Place): Promise<Said[]> {
    if (this.isBehind) this.#said.push(...(await readSaid(this.#statements, this.#journal.claim.run.id, this.#said.length)));
    const isOpen = !this.#isPast(key);
    const heard: Said[] = [];
    for (
      let next = this.#said[this.#heard];
      next && (next.seenStep === null ? isOpen : next.seenStep === key);
      next = this.#said[this.#heard]
    ) {
      this.#heard += 1;
      heard.push(...this.#take(next, key, place));
    }
    if (this.#pausedBy !== null) await this.#park(this.#pausedBy, place);
    return heard;
  }

  #take(message: SaidRecord, key: string, place: Place): Said[] {
    const { seq, by, text, command } = message;
    if (message.seenStep === null) {
      message.seenStep = key;
      this.#journal.recordHeard({ seq, step: key });
    }
    this.#journal.emit(`said:${seq}`, "run_steered", { seq, by, text, command, understood: understoodWords(command) }, place);
    if (command.kind === "pause") this.#pausedBy = by;
    if (command.kind === "resume") this.#pausedBy = null;
    if (command.kind === "skip") return [{ by, text, skips: command.taskKey }];
    // A stop reaches the worker by itself.
    return command.kind === "guide" ? [{ by, text, skips: null }] : [];
  }

  /** What is said while this is written queues the run again at once: it may be the word to go on. */
  async #park(by: string, place: Place): Promise<never> {
    const journal = this.#journal;
    const { attempt } = journal.claim.run;
    journal.emit(`paused:${attempt}`, "run_paused", { by }, place);
    journal.emit(`waiting:${attempt}`, "run_waiting", { reason: "paused", until: null, detail: `${by} has paused it.` });
    const stay = { wakeAt: null, releasedBecause: null, output: null, error: null, answer: null };
    await journal.leave({ ...stay, state: "waiting", reason: "paused", heard: this.#said.length });
    throw new RunParked();
  }

  /** Something after it is in the journal, and was made without what is said now. */
  #isPast(key: string): boolean {
    const task = taskNumber(key);
    if (task !== this.#lastTask) return task < this.#lastTask;
    return !key.includes("/") || this.#journal.contents.steps.get(`${key}/model`)?.state === "done";
  }
}

/** Of a key such as `task:2/turn:3`; 0: it belongs to none. */
function taskNumber(key: string): number {
  return Number(/^task:(\d+)/.exec(key)?.[1] ?? 0);
}
