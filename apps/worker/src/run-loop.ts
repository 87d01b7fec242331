import { hostname } from "node:os";
import { typeIdFromUuid } from "@crew/contracts/ids";
import { sweepQuestions } from "@crew/core/approvals/sweep-questions";
import { settleLeftOpen } from "@crew/core/budgets/settle-left-open";
import type { Claim, ClaimTurn } from "@crew/core/runs/execute/claim";
import { type ExecutionControl, executeRun } from "@crew/core/runs/execute/execute-run";
import { LaneLines } from "@crew/core/runs/execute/lane-lines";
import { ModelRoutes } from "@crew/core/runs/execute/model-routes";
import { OwedAttempts } from "@crew/core/runs/execute/owed-attempts";
import type { StopReason } from "@crew/core/runs/execute/run-interrupts";
import { StarterRights } from "@crew/core/runs/execute/starter-rights";
import { claimInTurn, claimOverdueRuns, renewLeases, sweepRuns } from "@crew/core/runs/execute/worker-leases";
import type { HeldLock } from "@crew/core/system";
import type { OpenSystem } from "@crew/platform/open-system";
import type { WorkerOptions } from "./worker-options.ts";

/** The net under LISTEN/NOTIFY, and the pace at which lost workers and due timers are noticed. */
const SWEEP_MS = 1_000;
const HEARTBEAT_MS = 3_000;
/** Of so many sweeps one looks for what ended runs still hold of budgets. */
const SWEEPS_OF_BUDGETS = 10;
/**
 * So long after a claim or a heartbeat was asked for, its leases are held for certain: a second less than they last. A
 * process that was frozen for longer begins nothing before its next heartbeat has said what is still its own.
 */
const HELD_MS = 9_000;
/** Runs taken in one statement, so that a burst is shared by several workers. */
const CLAIM_AT_ONCE = 8;
/** Claims in a row that found nothing, where there may be more: others were quicker, or many lanes may not move. */
const MOST_EMPTY_CLAIMS = 32;

interface Execution {
  claim: Claim;
  control: AbortController;
  told: ExecutionControl;
  done: Promise<void>;
  /** By this process's own clock: before the claim, or the last heartbeat that renewed the lease, was asked for. */
  heldSince: number;
}

/** Claims runs while there is room, keeps their leases and ends them when told. */
export class RunLoop {
  readonly #system: OpenSystem;
  readonly #capacity: number;
  readonly #options: Pick<WorkerOptions, "tools" | "limits">;
  readonly #routes: ModelRoutes;
  readonly #rights: StarterRights;
  readonly #owed = new OwedAttempts();
  readonly #lines: LaneLines;
  readonly #active = new Map<string, Execution>();
  #turn: ClaimTurn | undefined;
  #workerId = "";
  #lock: HeldLock | undefined;
  #timers: NodeJS.Timeout[] = [];
  #sweeps = 0;
  #isSweeping = false;
  #isDraining = false;
  #isClaiming = false;
  #claimAgain = false;
  /** Runs may be waiting for a place here. */
  #isFull = false;

  constructor(system: OpenSystem, { capacity, ...options }: Pick<WorkerOptions, "capacity" | "tools" | "limits">) {
    this.#system = system;
    this.#capacity = capacity;
    this.#options = options;
    this.#routes = new ModelRoutes(system);
    this.#rights = new StarterRights(system);
    this.#lines = new LaneLines(system.lanes);
  }

  get workerId(): string {
    return this.#workerId;
  }

  begin(workerId: string, lock: HeldLock): void {
    this.#workerId = workerId;
    this.#lock = lock;
    this.#timers = [setInterval(() => void this.#sweep(), SWEEP_MS), setInterval(() => void this.#beat(), HEARTBEAT_MS)];
    void this.#sweep();
  }

  /** Wakes for new runs, for stops and for what people say. Returns how to end that. */
  async listen(): Promise<() => Promise<void>> {
    const { notifications } = this.#system;
    const stopRuns = await notifications.listen("crew_runs", () => void this.#claim());
    const stopCancels = await notifications.listen("crew_cancel", (uuid) => this.#stop(typeIdFromUuid("run", uuid), "cancelled"));
    const stopWords = await notifications.listen("crew_said", (payload) => {
      const [uuid = "", count = "0"] = payload.split(" ");
      this.#active.get(typeIdFromUuid("run", uuid))?.told.onSaid?.(Number(count));
    });
    return async () => {
      await stopRuns();
      await stopCancels();
      await stopWords();
    };
  }

  /** The lock is gone, so the runs may be others' by now: whatever is in flight is cut and nothing is written. */
  abandon(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#lock = undefined;
    for (const { claim } of this.#active.values()) this.#owed.add(claim);
    for (const runId of [...this.#active.keys()]) this.#stop(runId, "fence_lost");
  }

  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    for (const timer of this.#timers.splice(0, 1)) clearInterval(timer);
    const cut = setTimeout(() => {
      for (const runId of [...this.#active.keys()]) this.#stop(runId, "drained");
    }, graceMs);
    await Promise.all([...this.#active.values()].map(({ done }) => done));
    clearTimeout(cut);
    for (const timer of this.#timers) clearInterval(timer);
  }

  #stop(runId: string, reason: StopReason): void {
    this.#active.get(runId)?.control.abort(reason);
  }

  /** One at a time: where the database is slow, they do not pile up behind each other. */
  async #sweep(): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    try {
      const { lost, hasOverdue } = await sweepRuns(this.#system);
      await this.#owed.settle(this.#system);
      if (lost > 0) this.#system.log.warn({ runs: lost }, "runs had lost their worker and are queued again");
      if (hasOverdue) await this.#endOverdue();
      await sweepQuestions(this.#system);
      if (this.#sweeps++ % SWEEPS_OF_BUDGETS === 0) await settleLeftOpen(this.#system);
      await this.#claim();
    } catch (error) {
      this.#system.log.warn({ err: error }, "the sweep failed");
    } finally {
      this.#isSweeping = false;
    }
  }

  /** Beyond the capacity: they end at once, and call nothing. */
  async #endOverdue(): Promise<void> {
    if (this.#isDraining || !this.#lock) return;
    const askedAt = performance.now();
    for (const claim of await claimOverdueRuns(this.#system, this.#workerId, CLAIM_AT_ONCE)) this.#execute(claim, askedAt);
  }

  async #beat(): Promise<void> {
    if (!this.#lock) return;
    const askedAt = performance.now();
    const active = [...this.#active];
    try {
      const renewed = await renewLeases(
        this.#lock,
        this.#workerId,
        active.map(([runId]) => runId),
      );
      const held = new Map(renewed.map(({ runId, isCancelled }) => [runId, isCancelled]));
      for (const [runId, execution] of active) {
        if (held.has(runId)) execution.heldSince = askedAt;
        else execution.control.abort("fence_lost" satisfies StopReason);
        if (held.get(runId)) execution.control.abort("cancelled" satisfies StopReason);
      }
    } catch (error) {
      this.#system.log.warn({ err: error }, "the heartbeat failed");
    }
  }

  /** One claim at a time; a wake-up meanwhile causes one more, so that none is lost. */
  async #claim(): Promise<void> {
    this.#claimAgain = true;
    if (this.#isClaiming) return;
    this.#isClaiming = true;
    try {
      for (let empty = 0; this.#claimAgain && !this.#isDraining && this.#lock; ) {
        this.#claimAgain = false;
        const room = this.#capacity - this.#active.size;
        this.#isFull = room <= 0;
        if (this.#isFull) break;
        const askedAt = performance.now();
        const { claims, turn, isMore } = await claimInTurn(this.#system, this.#workerId, Math.min(room, CLAIM_AT_ONCE), this.#turn);
        this.#turn = turn;
        for (const claim of claims) this.#execute(claim, askedAt);
        empty = claims.length === 0 ? empty + 1 : 0;
        if (isMore && empty < MOST_EMPTY_CLAIMS) this.#claimAgain = true;
      }
    } catch (error) {
      this.#system.log.warn({ err: error }, "claiming failed");
    } finally {
      this.#isClaiming = false;
    }
  }

  #execute(claim: Claim, claimedAt: number): void {
    const runId = claim.run.id;
    const abort = new AbortController();
    const control: ExecutionControl = {
      signal: abort.signal,
      stop: (reason) => abort.abort(reason),
      isDraining: () => this.#isDraining,
      isHeld: () => performance.now() - execution.heldSince < HELD_MS,
      routes: this.#routes,
      rights: this.#rights,
      owed: this.#owed,
      lines: this.#lines,
      tools: this.#options.tools,
      limits: this.#options.limits,
      worker: `${hostname()}, process ${process.pid}`,
    };
    const execution: Execution = { claim, control: abort, told: control, done: Promise.resolve(), heldSince: claimedAt };
    this.#active.set(runId, execution);
    execution.done = executeRun(this.#system, claim, control).finally(() => {
      if (this.#active.get(runId)?.control === abort) this.#active.delete(runId);
      if (this.#isFull) void this.#claim();
    });
  }
}
