import { z } from "zod";
import { Document, Inputs } from "./crews.ts";
import { endpoint } from "./endpoint.ts";
import { CrewId, RunId, ScheduleId, UserId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";
import { RunState } from "./run-states.ts";
import { Run } from "./runs.ts";

export const MAX_SCHEDULES = 100;
/** Of the ticks that were missed, the newest so many are caught up under the policy `all`. */
export const MAX_CAUGHT_UP = 24;
/** Ticks in a row that could not start a run; the schedule then pauses itself. */
export const FAILURES_UNTIL_PAUSE = 5;

/** What becomes of ticks that came while no worker ran: none of them, only the last, or all (the newest `MAX_CAUGHT_UP`). */
export const MissedPolicy = z.enum(["skip", "last", "all"]);
export type MissedPolicy = z.infer<typeof MissedPolicy>;

/** What a tick does while the run of an earlier one has not ended. */
export const OverlapPolicy = z.enum(["allow", "skip"]);
export type OverlapPolicy = z.infer<typeof OverlapPolicy>;

/** `skipped`: the run before was not over. `missed`: nobody was there at its time. `failed`: its run could not start. */
export const TickOutcome = z.enum(["started", "skipped", "missed", "failed"]);
export type TickOutcome = z.infer<typeof TickOutcome>;

const isTimeZone = (name: string) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== null;
  } catch {
    return false;
  }
};

/** By name, such as Europe/Berlin, since a bare offset knows no daylight saving. */
export const TimeZone = z
  .string()
  .max(60)
  .refine((name) => /^[A-Za-z]/.test(name) && isTimeZone(name), "must be the name of a time zone, such as Europe/Berlin or UTC");

/** Five fields, or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`. */
export const CronText = z.string().trim().min(1).max(120);

const scheduleFields = {
  name: z.string().trim().min(1).max(80),
  cron: CronText,
  timezone: TimeZone,
  inputs: Inputs,
  /** Texts that each run gets. */
  documents: z.array(Document.extend({ text: z.string().max(50_000) })).max(4),
  missedPolicy: MissedPolicy,
  /** A tick that is no later than this is not missed. */
  graceSeconds: z.int().min(10).max(86_400),
  overlap: OverlapPolicy,
};

/** Who set something up, by name as it was then. */
export const SetUpBy = z.object({ userId: UserId.nullable(), name: z.string() });
export type SetUpBy = z.infer<typeof SetUpBy>;

export const ScheduleTick = z
  .object({
    /** The moment that the cron names, or of a start by hand. */
    at: z.iso.datetime(),
    outcome: TickOutcome,
    runId: RunId.nullable(),
    runState: RunState.nullable(),
    why: z.string().nullable(),
    decidedAt: z.iso.datetime(),
  })
  .meta({ id: "ScheduleTick" });
export type ScheduleTick = z.infer<typeof ScheduleTick>;

export const Schedule = z
  .object({
    id: ScheduleId,
    crewId: CrewId,
    crewName: z.string(),
    ...scheduleFields,
    /** Their texts are not shown again. */
    documents: z.array(z.object({ name: z.string(), characters: z.int() })),
    /** The cron in English. */
    words: z.string(),
    isPaused: z.boolean(),
    /** Why it paused itself. */
    pausedBecause: z.string().nullable(),
    failuresInRow: z.int(),
    nextAt: z.iso.datetime().nullable(),
    lastTick: ScheduleTick.nullable(),
    createdBy: SetUpBy,
    /** Whoever saved or resumed it last: its runs may do what this person may in their moment. */
    actsFor: SetUpBy,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Schedule" });
export type Schedule = z.infer<typeof Schedule>;

export const CreateSchedule = z
  .strictObject({
    crewId: CrewId,
    ...scheduleFields,
    timezone: scheduleFields.timezone.default("UTC"),
    inputs: scheduleFields.inputs.default({}),
    documents: scheduleFields.documents.default([]),
    missedPolicy: scheduleFields.missedPolicy.default("last"),
    graceSeconds: scheduleFields.graceSeconds.default(300),
    overlap: scheduleFields.overlap.default("allow"),
    isPaused: z.boolean().default(false),
  })
  .meta({ id: "CreateSchedule" });
export type CreateSchedule = z.infer<typeof CreateSchedule>;

export const UpdateSchedule = z
  .strictObject({
    name: scheduleFields.name.optional(),
    cron: scheduleFields.cron.optional(),
    timezone: scheduleFields.timezone.optional(),
    inputs: scheduleFields.inputs.optional(),
    documents: scheduleFields.documents.optional(),
    missedPolicy: scheduleFields.missedPolicy.optional(),
    graceSeconds: scheduleFields.graceSeconds.optional(),
    overlap: scheduleFields.overlap.optional(),
    isPaused: z.boolean().optional(),
  })
  .meta({ id: "UpdateSchedule" });
export type UpdateSchedule = z.infer<typeof UpdateSchedule>;

export const PreviewSchedule = z
  .strictObject({ cron: CronText, timezone: scheduleFields.timezone.default("UTC") })
  .meta({ id: "PreviewSchedule" });
export type PreviewSchedule = z.infer<typeof PreviewSchedule>;

export const SchedulePreview = z
  .object({
    words: z.string(),
    /** The next five. */
    times: z.array(
      z.object({
        at: z.iso.datetime(),
        /** In the schedule's time zone. */
        words: z.string(),
        /** What the clock change does to it. */
        note: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "SchedulePreview" });
export type SchedulePreview = z.infer<typeof SchedulePreview>;

export const ListSchedules = PageQuery.extend({ crewId: CrewId.optional() });
export type ListSchedules = z.infer<typeof ListSchedules>;

const scheduleParams = z.strictObject({ scheduleId: ScheduleId });
const bodyLimitBytes = 2 * 1024 * 1024;

export const scheduleEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/schedules",
    tag: "Schedules",
    summary: "List schedules, newest first",
    query: ListSchedules,
    response: pageOf(Schedule),
    needs: "schedules:read",
    status: 200,
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/schedules",
    tag: "Schedules",
    summary: "Run a crew at set times",
    body: CreateSchedule,
    response: Schedule,
    needs: "schedules:write",
    status: 201,
    idempotent: true,
    bodyLimitBytes,
  }),
  preview: endpoint({
    method: "POST",
    path: "/v1/schedules/preview",
    tag: "Schedules",
    summary: "Say in words when a cron runs, and when next",
    body: PreviewSchedule,
    response: SchedulePreview,
    needs: "schedules:read",
    status: 200,
  }),
  get: endpoint({
    method: "GET",
    path: "/v1/schedules/:scheduleId",
    tag: "Schedules",
    summary: "Get a schedule",
    params: scheduleParams,
    response: Schedule,
    needs: "schedules:read",
    status: 200,
  }),
  update: endpoint({
    method: "PATCH",
    path: "/v1/schedules/:scheduleId",
    tag: "Schedules",
    summary: "Change, pause or resume a schedule",
    params: scheduleParams,
    body: UpdateSchedule,
    response: Schedule,
    needs: "schedules:write",
    status: 200,
    bodyLimitBytes,
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/schedules/:scheduleId",
    tag: "Schedules",
    summary: "Delete a schedule; its runs stay",
    params: scheduleParams,
    response: z.null(),
    needs: "schedules:write",
    status: 204,
  }),
  runNow: endpoint({
    method: "POST",
    path: "/v1/schedules/:scheduleId/run-now",
    tag: "Schedules",
    summary: "Start a run as the schedule would, now",
    params: scheduleParams,
    body: z.strictObject({}).default({}),
    response: Run,
    needs: "schedules:write",
    status: 202,
    idempotent: true,
  }),
  ticks: endpoint({
    method: "GET",
    path: "/v1/schedules/:scheduleId/ticks",
    tag: "Schedules",
    summary: "List what became of each time, newest first",
    params: scheduleParams,
    query: PageQuery,
    response: pageOf(ScheduleTick),
    needs: "schedules:read",
    status: 200,
  }),
} as const;
