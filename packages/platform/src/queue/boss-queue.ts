import type { Job } from "@crew/core/job";
import type { Log, Queue } from "@crew/core/system";
import { type ConstructorOptions, type JobWithMetadata, PgBoss } from "pg-boss";
import type { z } from "zod";
import { bossTransaction, LET_VERBS_SEND } from "../database/boss-transaction.ts";
import { connectionName, type DatabaseAddress } from "../database/open-pool.ts";
import { asSystemRole } from "../database/system-role.ts";
import { type Bury, buryDeadJobs } from "./bury-dead-jobs.ts";
import { DEAD_LETTER_SETTINGS, DEAD_LETTERS, queueSettings, WORK_SETTINGS } from "./queue-settings.ts";

/** What a worker does with a job of one name; made by `jobHandler`. */
export interface JobHandler {
  job: Job;
  /** `signal` aborts when the job was given to somebody else or this process stops. */
  handle(payload: unknown, signal: AbortSignal): Promise<void>;
}

/** Ties a handler to the payload of its job. */
export function jobHandler<P extends z.ZodType>(
  job: Job<P>,
  handle: (payload: z.output<P>, signal: AbortSignal) => Promise<void>,
): JobHandler {
  return { job, handle: (payload, signal) => handle(payload as z.output<P>, signal) };
}

export interface BossQueue extends AsyncDisposable {
  queue: Queue;
  /** Handles jobs from now on, supervises the queues and keeps the schedules. `bury`: for jobs that failed for good. */
  work(handlers: JobHandler[], bury?: Bury): Promise<void>;
}

export interface BossQueueOptions {
  address: DatabaseAddress;
  log: Log;
  /** Installs or upgrades pg-boss's schema; elsewhere it must be there. */
  migrate: boolean;
}

/** How long a stop waits for jobs in hand; what is left then is given to another worker. */
const DRAIN_MS = 8_000;

/**
 * pg-boss on connections of its own: one while something is sent, at most three (one of them LISTENs) in a process that
 * works. A process that only sends polls nothing.
 */
export async function openBossQueue({ address, log, migrate }: BossQueueOptions): Promise<BossQueue> {
  let boss = await startBoss({ ...address, max: 1, migrate, supervise: false, schedule: false }, log);
  if (migrate) await boss.getDb().executeSql(LET_VERBS_SEND);
  let known = new Map<string, Promise<void>>();

  /** Outside of the caller's transaction: a queue is not part of what may be rolled back. */
  function ensureQueue(job: Job): Promise<void> {
    const started = known.get(job.name) ?? createQueue(boss, job);
    known.set(job.name, started);
    started.catch(() => known.delete(job.name));
    return started;
  }

  return {
    queue: {
      async send(db, job, payload, options = {}) {
        const parsed = job.payload.parse(payload) as object;
        await ensureQueue(job);
        // Queues keep one waiting job for a key: who gives none must not share the empty one.
        const singletonKey = options.singletonKey ?? crypto.randomUUID();
        await boss.send(job.name, parsed, { db: bossTransaction(db), singletonKey, startAfter: options.startAfter });
      },
      async resend(db, name, payload) {
        // Its queue is there since it was sent first.
        await boss.send(name, payload, { db: bossTransaction(db), singletonKey: crypto.randomUUID() });
      },
    },
    async work(handlers, bury) {
      const sender = boss;
      const schedule = handlers.some(({ job }) => job.cron !== undefined);
      boss = await startBoss({ ...address, max: 2, migrate: false, supervise: true, schedule, useListenNotify: true }, log);
      known = new Map();
      await sender.stop({ graceful: false });
      for (const handler of handlers) {
        await ensureQueue(handler.job);
        await boss.updateQueue(handler.job.name, queueSettings(handler.job));
        await startHandler(boss, handler, log);
        if (handler.job.cron) await boss.schedule(handler.job.name, handler.job.cron, {}, { tz: "UTC" });
        else if (schedule) await boss.unschedule(handler.job.name);
      }
      if (!bury) return;
      await boss.createQueue(DEAD_LETTERS);
      await boss.updateQueue(DEAD_LETTERS, queueSettings(DEAD_LETTER_SETTINGS));
      await boss.work(DEAD_LETTERS, { ...WORK_SETTINGS, localConcurrency: 1 }, buryDeadJobs(bury, handlers));
    },
    async [Symbol.asyncDispose]() {
      await boss.stop({ graceful: true, timeout: DRAIN_MS });
    },
  };
}

async function startBoss(options: ConstructorOptions & { max: number }, log: Log): Promise<PgBoss> {
  const boss = new PgBoss({
    // The migrations have made it, for the role that the queue acts as.
    createSchema: false,
    // How soon after its heartbeat has run out the job of a lost worker goes back.
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    queueCacheIntervalSeconds: 600,
    registerInstance: false,
    ...(asSystemRole(options) as ConstructorOptions),
    application_name: connectionName(options as DatabaseAddress, "jobs"),
  });
  boss.on("error", (error) => log.warn({ err: error }, "the job queue has trouble with its database"));
  boss.on("warning", (warning) => log.debug({ warning }, "the job queue warns"));
  await boss.start();
  return boss;
}

async function createQueue(boss: PgBoss, job: Job): Promise<void> {
  await boss.createQueue(DEAD_LETTERS);
  await boss.createQueue(job.name, { ...queueSettings(job), policy: "short", deadLetter: DEAD_LETTERS });
}

async function startHandler(boss: PgBoss, { job, handle }: JobHandler, log: Log): Promise<void> {
  await boss.work(job.name, WORK_SETTINGS, async ([taken]: JobWithMetadata<unknown>[]) => {
    if (!taken) return;
    try {
      await handle(job.payload.parse(taken.data), taken.signal);
    } catch (error) {
      const isLast = taken.retryCount >= taken.retryLimit;
      log[isLast ? "error" : "warn"]({ err: error, job: job.name, jobId: taken.id, attempt: taken.retryCount + 1 }, "a job failed");
      // pg-boss stores what is thrown, with the job and with its copy among the dead letters.
      throw error;
    }
  });
}
