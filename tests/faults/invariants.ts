import { typeIdFromUuid } from "@crew/contracts/ids";
import type { Effect } from "@crew/testing/effects-sink/effect-journal";
import type { JournalCall } from "@crew/testing/fake-provider/call-journal";
import { ACTS } from "./acting-crew.ts";
import type { Query } from "./open-query.ts";
import { findStuckRuns, notedViolations } from "./watch-rows.ts";

interface ToldEvent {
  seq: number;
  type: string;
}

/** What was seen from outside while the faults happened. */
export interface Seen {
  query: Query;
  /** Every run that was answered with 202. */
  accepted: readonly string[];
  provider: readonly JournalCall[];
  /** Absent where no run has any. */
  effects?: readonly Effect[];
  /** What clients have put together of a run's events over all their connections. */
  streams?: ReadonlyMap<string, readonly ToldEvent[]>;
  /** Attempts beyond the first that the provider's own faults may have caused for one call; 0 when absent. */
  retriesAllowed?: number;
}

interface RunRow {
  id: string;
  topic: string;
  state: string;
  attempt: number;
  last_seq: number;
  steps_done: number;
  model_calls: number;
  input_tokens: number;
  output_tokens: number;
  events: { seq: number; type: string }[];
  steps: { key: string; kind: string; state: string; failure: string | null }[];
  attempts: { step: string; outcome: string; input: number | null; output: number | null }[];
}

const RUNS = `SELECT r.id, r.inputs->>'topic' AS topic, r.state, r.attempt, r.last_seq, r.steps_done, r.model_calls, r.input_tokens::int, r.output_tokens::int,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'type', type) ORDER BY seq), '[]') FROM run_events WHERE run_id = r.id) AS events,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('key', key, 'kind', kind, 'state', state,
    'failure', CASE WHEN (result->>'isError')::boolean THEN result->>'text' END)), '[]') FROM run_steps WHERE run_id = r.id) AS steps,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('step', step_key, 'outcome', outcome, 'input', input_tokens, 'output', output_tokens)), '[]')
    FROM call_attempts WHERE run_id = r.id) AS attempts
  FROM runs r WHERE kind = 'crew' ORDER BY r.id`;

const ENDS: Record<string, string> = {
  succeeded: "crew_kickoff_completed",
  failed: "crew_kickoff_failed",
  cancelled: "run_cancelled",
};
const END_TYPES = Object.values(ENDS);

/** Every invariant that does not hold, one sentence each, with the run and the row. Empty: all hold. */
export async function findViolations(seen: Seen): Promise<string[]> {
  const rows = await seen.query<RunRow>(RUNS);
  const ids = new Set(rows.map(({ id }) => typeIdFromUuid("run", id)));
  return [
    ...seen.accepted.filter((id) => !ids.has(id)).map((id) => `I1 ${id} was accepted and is not stored`),
    ...rows.flatMap((run) => [
      ...oneEnd(run),
      ...gaplessEvents(run, seen.streams?.get(typeIdFromUuid("run", run.id))),
      ...ledgerIsJournal(run, seen),
      ...chargedOnce(run),
      ...(seen.effects ? boundedEffects(run, seen.effects) : []),
    ]),
    ...(await findStuckRuns(seen.query)).map((sentence) => `I3 ${sentence}`),
    ...(await notedViolations(seen.query)).map((sentence) => `I4/I13 ${sentence}`),
    ...(await leftOpen(seen.query)),
    ...(await wrongSums(seen.query)),
  ];
}

const named = (run: RunRow) => `run ${run.id} (${run.topic}, ${run.state}, attempt ${run.attempt})`;

function oneEnd(run: RunRow): string[] {
  const ends = run.events.filter(({ type }) => END_TYPES.includes(type)).map(({ type }) => type);
  const expected = ENDS[run.state];
  if (expected === undefined)
    return [`I2 ${named(run)} has not ended`, ...(ends.length > 0 ? [`I2 ${named(run)} has the event ${ends}`] : [])];
  if (ends.length !== 1 || ends[0] !== expected) return [`I2 ${named(run)} has the terminal events [${ends}]`];
  return run.events.at(-1)?.type === expected ? [] : [`I2 ${named(run)} has an event after its end: ${run.events.at(-1)?.type}`];
}

function gaplessEvents(run: RunRow, stream: readonly ToldEvent[] | undefined): string[] {
  const found: string[] = [];
  const gap = run.events.findIndex(({ seq }, index) => seq !== index + 1);
  if (gap >= 0) found.push(`I8 ${named(run)} has the event ${run.events[gap]?.seq} in place of ${gap + 1}`);
  if (run.last_seq !== run.events.length) found.push(`I8 ${named(run)} counts ${run.last_seq} events and has ${run.events.length}`);
  const told = (events: readonly ToldEvent[]) => events.map(({ seq, type }) => `${seq} ${type}`).join(", ");
  if (stream && told(stream) !== told(run.events))
    found.push(`I8 a client has seen of ${named(run)}: ${told(stream)}; stored are: ${told(run.events)}`);
  return found;
}

/** The provider is the judge: what it has seen of a step is what the ledger says, or one less for each worker that was lost. */
function ledgerIsJournal(run: RunRow, { provider, retriesAllowed = 0 }: Seen): string[] {
  const calls = Map.groupBy(
    provider.filter((call) => topicOf(call) === run.topic),
    stepOf,
  );
  const attempts = Map.groupBy(run.attempts, ({ step }) => step);
  const found: string[] = [];
  let unseen = 0;
  for (const step of new Set([...calls.keys(), ...attempts.keys()])) {
    const sent = (attempts.get(step) ?? []).filter(({ outcome }) => outcome !== "not_sent");
    const journaled = calls.get(step)?.length ?? 0;
    const ledger = sent.map(({ outcome }) => outcome);
    if (journaled > sent.length) found.push(`I6 ${named(run)}, ${step}: ${journaled} calls at the provider, in the ledger [${ledger}]`);
    const open = ledger.filter((outcome) => outcome === "ambiguous").length;
    if (sent.length - journaled > open) found.push(`I6 ${named(run)}, ${step}: [${ledger}] in the ledger, ${journaled} at the provider`);
    unseen += Math.max(0, sent.length - journaled);
    const most = 1 + retriesAllowed + run.attempt - 1;
    if (journaled > most) found.push(`I6 ${named(run)}, ${step}: ${journaled} calls at the provider, at most ${most} were allowed`);
  }
  if (unseen > run.attempt - 1) found.push(`I6 ${named(run)}: ${unseen} attempts in the ledger that the provider has not seen`);
  return found;
}

/** The call's task and turn, which are its step. */
function stepOf(call: JournalCall): string {
  const [, part] = asked(call);
  return `task:${Object.keys(ACTS).indexOf(part ?? "") + 1}/turn:${call.toolTurns + 1}/model`;
}

function topicOf(call: JournalCall): string | undefined {
  return asked(call)[2];
}

function asked({ messages }: JournalCall): readonly (string | undefined)[] {
  return /Do part (\w+) of (\S+)/.exec(messages.findLast(({ role }) => role === "user")?.text ?? "") ?? [];
}

function chargedOnce(run: RunRow): string[] {
  const found: string[] = [];
  const settled = run.attempts.filter(({ outcome }) => outcome === "completed");
  const steps = settled.map(({ step }) => step);
  const twice = steps.filter((step, index) => steps.indexOf(step) !== index);
  if (twice.length > 0) found.push(`I7 ${named(run)} was charged twice for ${twice}`);
  const done = run.steps.filter(({ state, kind }) => state === "done" && kind !== "timer");
  for (const { key } of done.filter(({ kind }) => kind === "model"))
    if (!steps.includes(key)) found.push(`I7 ${named(run)} has the step ${key} and no completed attempt of it`);
  if (run.model_calls !== settled.length)
    found.push(`I7 ${named(run)} is charged ${run.model_calls} calls for ${settled.length} settled ones`);
  // A call that was cut by the run's end is charged what it is estimated to have used; one that was made again is not.
  const sum = (of: (attempt: RunRow["attempts"][number]) => number | null) =>
    run.attempts.reduce((total, one) => total + (of(one) ?? 0), 0);
  const [input, output] = [sum((one) => one.input), sum((one) => one.output)];
  if (run.state in ENDS && (run.input_tokens !== input || run.output_tokens !== output))
    found.push(`I7 ${named(run)} is charged ${run.input_tokens} + ${run.output_tokens} tokens, its ledger says ${input} + ${output}`);
  if (run.steps_done !== done.length) found.push(`I4 ${named(run)} counts ${run.steps_done} steps done and has ${done.length}`);
  const pending = run.attempts.filter(({ outcome }) => outcome === "pending").map(({ step }) => step);
  if (run.state in ENDS && pending.length > 0) found.push(`I6 ${named(run)} has ended and left attempts open: ${pending}`);
  return found;
}

function boundedEffects(run: RunRow, effects: readonly Effect[]): string[] {
  const found: string[] = [];
  const posts = effects.filter(({ name }) => name === `post.${run.topic}`);
  if (posts.length > 1) found.push(`I5 ${named(run)} has had its unsafe effect ${posts.length} times`);
  const books = effects.filter(({ name, key }) => name === "book" && key?.startsWith(`${typeIdFromUuid("run", run.id)}/`));
  if (new Set(books.map(({ key }) => key)).size > 1)
    found.push(`I5 ${named(run)} has booked with several keys: ${books.map(({ key }) => key)}`);
  if (books.filter(({ isRepeat }) => !isRepeat).length > 1) found.push(`I5 ${named(run)} has booked ${books.length} times`);
  // A tool that has failed is told to the model, and that may be all of it.
  const failure = run.steps.find(({ key, failure: text }) => text !== null && /^task:[23]\//.test(key))?.failure;
  if (run.state === "succeeded" && !failure && (posts.length === 0 || books.length === 0))
    found.push(`I5 ${named(run)} has succeeded without its effects`);
  return found;
}

/** What a lost process must not leave behind. */
async function leftOpen(query: Query): Promise<string[]> {
  const idle = await query<{ pid: number; query: string }>(
    `SELECT pid, query FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND state_change < now() - interval '5 seconds'`,
  );
  const late = await query<{ id: string }>(
    `SELECT id FROM runs WHERE state = 'queued' AND coalesce(released_at, created_at) < now() - interval '10 seconds'`,
  );
  return [
    ...idle.map(({ pid, query: last }) => `I12 connection ${pid} has been idle in a transaction: ${last}`),
    ...late.map(({ id }) => `I3 run ${id} has been queued for more than 10 s`),
  ];
}

/** What a budget has counted is what its calls have reserved and settled; a run that succeeded holds nothing any more. */
async function wrongSums(query: Query): Promise<string[]> {
  const counters = await query<{ budget_id: string; told: string; summed: string }>(
    `SELECT c.budget_id, concat(c.settled::float, ' settled, ', c.reserved::float, ' reserved') AS told,
        concat(coalesce(sum(r.settled), 0)::float, ' settled, ', coalesce(sum(r.reserved) FILTER (WHERE r.settled IS NULL), 0)::float, ' reserved') AS summed
      FROM budget_counters c LEFT JOIN budget_reservations r ON (r.budget_id, r.subject_key, r.period_start) = (c.budget_id, c.subject_key, c.period_start)
      GROUP BY c.budget_id, c.subject_key, c.period_start`,
  );
  const held = await query<{ run_id: string; attempt_id: string }>(
    `SELECT r.run_id, r.attempt_id FROM budget_reservations r JOIN runs ON runs.id = r.run_id WHERE r.settled IS NULL AND runs.state = 'succeeded'`,
  );
  return [
    ...counters
      .filter(({ told, summed }) => told !== summed)
      .map((one) => `G10 budget ${one.budget_id} says ${one.told}; its calls say ${one.summed}`),
    ...held.map(({ run_id, attempt_id }) => `G10 run ${run_id} has succeeded and still holds the reservation of ${attempt_id}`),
  ];
}
