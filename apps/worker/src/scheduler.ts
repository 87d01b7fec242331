import { runDueSchedules } from "@crew/core/schedules/run-due-schedules";
import type { System } from "@crew/core/system";

/** The net under the next due time: schedules that are made or changed meanwhile are noticed after so long at most. */
const NET_MS = 1_000;

/** Starts what is due by the database's clock. Every worker has one, and each tick happens once whatever their number. */
export class Scheduler {
  readonly #system: System;
  readonly #faults = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #isStopped = false;

  constructor(system: System) {
    this.#system = system;
  }

  begin(): void {
    this.#round = this.#run();
  }

  /** The round under way ends first; what it leaves is another worker's. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  async #run(): Promise<void> {
    let waitMs = NET_MS;
    try {
      const { nextInMs } = await runDueSchedules(this.#system, this.#faults);
      waitMs = Math.min(nextInMs ?? NET_MS, NET_MS);
    } catch (error) {
      this.#system.log.warn({ err: error }, "the scheduler cannot reach the database");
    }
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => this.begin(), waitMs);
  }
}
