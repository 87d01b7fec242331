import { uuidFromTypeId } from "@crew/contracts/ids";
import type { CallAttempt, Run } from "@crew/contracts/runs";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ACTING_MODEL_CALLS, actingScript } from "./acting-crew.ts";
import type { Failpoint } from "./failpoints.ts";
import { figure } from "./fault-profile.ts";
import { findViolations } from "./invariants.ts";
import { callsOf, hitsOf, outcomesOf, untilBeating, untilTakenOver } from "./seen-of-run.ts";
import { startWorld, type World } from "./start-world.ts";
import { rowsOf, watchRows } from "./watch-rows.ts";

/** A killed process is noticed by its dropped connection, a vanished host by its lease. */
const SLACK = figure("CREW_FAULT_SLACK", { short: 10, long: 1 });
const TAKEOVER_MS = { killed: 3_000 * SLACK, frozen: 12_000 * SLACK };

let world: World;
const accepted: string[] = [];
let topics = 0;
/** Three of them can be frozen at the same time. */
const WORKERS = ["worker", "worker-2", "worker-3", "worker-4"] as const;

beforeAll(async () => {
  if (redisIsMissing) return;
  world = await startWorld({ workers: WORKERS.length });
  await watchRows(world.query);
});
afterAll(() => world?.[Symbol.asyncDispose]());
beforeEach(() => world?.fake.setScript(actingScript()));
afterEach(async ({ task }) => {
  if (!world) return;
  if (task.result?.state === "fail") console.log(world.installation.logs().slice(-4_000));
  const seen = { query: world.query, accepted, provider: world.fake.journal, effects: world.sink.journal };
  expect(await findViolations(seen)).toEqual([]);
});

async function begin(): Promise<{ id: string; topic: string }> {
  const topic = `t${++topics}.`;
  const id = await world.startRun(topic);
  accepted.push(id);
  return { id, topic };
}

/** Workers that are being started again; others take runs over meanwhile. */
const restarts: Promise<unknown>[] = [];

function restart(pid: number): void {
  restarts.push(world.replace(pid));
}

/** Starts a run whose worker is killed at the point; resolves when another worker has it. */
async function killAt(point: Failpoint, when: string | string[] = []): Promise<{ id: string; topic: string; takenAfterMs: number }> {
  await Promise.all(restarts.splice(0));
  const hit = world.failpoints.arm(point, { action: "kill", when });
  const { id, topic } = await begin();
  const pid = await hit();
  const takenAfterMs = await untilTakenOver(world, id, Date.now());
  restart(pid);
  return { id, topic, takenAfterMs };
}

async function told(runId: string, isThere?: (run: Run) => boolean): Promise<{ run: Run; ledger: CallAttempt[] }> {
  return { run: await world.ada.untilRun(runId, isThere), ledger: await world.ada.ledger(runId) };
}

const isParked = (run: Run) => run.state === "waiting";

async function decide(runId: string, decision: string): Promise<void> {
  const [approval] = await world.openApprovals(runId);
  await world.ada.call("POST", `/v1/approvals/${approval?.id}`, { decision });
}

/** The pid of the worker that holds the run. */
async function ownerOf(runId: string): Promise<number> {
  const [row] = await world.query<{ pid: number }>("SELECT pid FROM workers WHERE id = (SELECT lease_owner FROM runs WHERE id = $1)", [
    uuidFromTypeId(runId),
  ]);
  if (!row) throw new Error("nobody holds the run");
  return row.pid;
}

async function killOwner(runId: string): Promise<void> {
  const pid = await ownerOf(runId);
  process.kill(pid, "SIGKILL");
  restart(pid);
}

describe.skipIf(redisIsMissing)("kill points of the API", () => {
  const isCommitOfRun = ({ text }: { text: string }, earlier: readonly string[]) =>
    /^commit/i.test(text) && earlier.some((one) => /insert into "?runs"?/i.test(one));
  const ask = (topic: string) =>
    fetch(`${world.installation.origin}/v1/crews/${world.crewId}/runs`, {
      method: "POST",
      headers: { authorization: `Bearer ${world.ada.key}`, "content-type": "application/json", "idempotency-key": topic },
      body: JSON.stringify({ inputs: { topic } }),
    });

  test.each([
    { when: "before" as const, stored: 0 },
    { when: "after" as const, stored: 1 },
  ])("killed $when the COMMIT of a run: the client has no answer, the same key then gives one run", async ({ when, stored }) => {
    const topic = `t${++topics}.`;
    const runs = () => world.query<{ id: string }>("SELECT id FROM runs WHERE inputs->>'topic' = $1", [topic]);
    const reached = world.links.api.intercept({ matches: isCommitOfRun, when, link: "hold" });
    const lost = ask(topic).then(({ status }) => status);
    await reached;
    await world.installation.kill("api");
    expect(await lost).toBe(502);
    expect(await runs()).toHaveLength(stored);
    await world.installation.start("api");
    const ids = [(await (await ask(topic)).json()).id, (await (await ask(topic)).json()).id];
    expect(new Set(ids).size).toBe(1);
    expect(await runs()).toHaveLength(1);
    accepted.push(ids[0]);
    expect((await told(ids[0])).run).toMatchObject({ state: "succeeded", attempt: 1 });
    expect(callsOf(world, topic)).toHaveLength(ACTING_MODEL_CALLS);
    expect(hitsOf(world, `post.${topic}`)).toHaveLength(1);
  });
});

describe.skipIf(redisIsMissing)("kill points of a worker", () => {
  test.each([
    { point: "claimed" as const, calls: ACTING_MODEL_CALLS },
    // The last result and the end are one commit: what is lost with it is asked for again.
    { point: "before_end" as const, calls: ACTING_MODEL_CALLS + 1 },
  ])("killed at $point: taken over within 3 s, nothing that was stored repeated", async ({ point, calls }) => {
    const { id, topic, takenAfterMs } = await killAt(point);
    expect((await told(id)).run).toMatchObject({ state: "succeeded", attempt: 2 });
    expect(callsOf(world, topic)).toHaveLength(calls);
    expect([hitsOf(world, `post.${topic}`).length, hitsOf(world, "book", id).length, hitsOf(world, "look", id).length]).toEqual([1, 1, 1]);
    console.log(`killed at ${point}: taken over after ${takenAfterMs} ms`);
    expect(takenAfterMs).toBeLessThan(TAKEOVER_MS.killed);
  });

  test("killed when the end is stored: nobody takes it up again", async () => {
    const hit = world.failpoints.arm("end_stored", { action: "kill" });
    const { id, topic } = await begin();
    restart(await hit());
    expect((await told(id)).run).toMatchObject({ state: "succeeded", attempt: 1 });
    expect(callsOf(world, topic)).toHaveLength(ACTING_MODEL_CALLS);
  });

  test("killed with the attempt in the ledger and no byte sent: one call, and the attempt says that nobody knows", async () => {
    const { id, topic } = await killAt("attempt_recorded", "Do part two");
    const { run, ledger } = await told(id);
    expect(run).toMatchObject({ state: "succeeded", attempt: 2, totals: { modelCalls: ACTING_MODEL_CALLS } });
    expect(outcomesOf(ledger, "task:2/turn:1/model")).toEqual(["ambiguous", "completed"]);
    expect(callsOf(world, topic)).toHaveLength(ACTING_MODEL_CALLS);
  });

  test.each([
    { what: "the provider has the request and has sent no byte", fault: { type: "hang" as const } },
    { what: "the answer is in mid-stream", fault: { type: "stall" as const, afterChunks: 3 } },
  ])("killed while $what: one attempt more, and the lost one is told as void", async ({ fault }) => {
    const script = actingScript();
    world.fake.setScript({ ...script, entries: [{ when: { contains: "Do part two" }, times: 1, fault, turns: 1 }] });
    const { id, topic } = await begin();
    await expect.poll(() => callsOf(world, topic, "two").length, { timeout: 20_000, interval: 10 }).toBe(1);
    if (fault.type === "stall") await expect.poll(() => callsOf(world, topic, "two")[0]?.chunksSent, { timeout: 5_000 }).toBe(3);
    await killOwner(id);
    const takenAfterMs = await untilTakenOver(world, id, Date.now());
    const { run, ledger } = await told(id);
    expect(run).toMatchObject({ state: "succeeded", totals: { modelCalls: ACTING_MODEL_CALLS } });
    expect(outcomesOf(ledger, "task:2/turn:1/model")).toEqual(["ambiguous", "completed"]);
    expect(callsOf(world, topic)).toHaveLength(ACTING_MODEL_CALLS + 1);
    expect((await world.ada.events(id)).filter(({ type }) => type === "attempt_restarted")).toHaveLength(1);
    expect(takenAfterMs).toBeLessThan(TAKEOVER_MS.killed);
  });

  test("killed with the whole reply read and nothing of it stored: one call more", async () => {
    const { id, topic } = await killAt("reply_read", "Do part two");
    const { run, ledger } = await told(id);
    expect(run).toMatchObject({ state: "succeeded", totals: { modelCalls: ACTING_MODEL_CALLS } });
    expect(outcomesOf(ledger, "task:2/turn:1/model")).toEqual(["ambiguous", "completed"]);
    expect(callsOf(world, topic)).toHaveLength(ACTING_MODEL_CALLS + 1);
  });
});

describe.skipIf(redisIsMissing)("answers of PostgreSQL that are lost", () => {
  async function loseResult(link: "cut" | "hold") {
    const reached = world.links.worker.intercept({ matches: ({ name }) => /^journal_.*steps.*attempts/.test(name), when: "after", link });
    const { id, topic } = await begin();
    await reached;
    return async () => {
      const { run, ledger } = await told(id);
      expect(run, link).toMatchObject({ state: "succeeded", totals: { modelCalls: ACTING_MODEL_CALLS } });
      expect(run.attempt).toBeGreaterThan(1);
      expect(new Set(ledger.map(({ outcome }) => outcome))).toEqual(new Set(["completed"]));
      expect(callsOf(world, topic)).toHaveLength(ACTING_MODEL_CALLS);
      expect(hitsOf(world, `post.${topic}`)).toHaveLength(1);
    };
  }

  /** Workers also claim when nothing waits; a lost answer of such a claim is not what is meant. */
  async function loseClaim() {
    for (let isMet = false; !isMet; ) {
      const reached = world.links.worker.intercept({ matches: ({ name }) => name === "claim_runs", when: "after", link: "cut" });
      const { id, topic } = await begin();
      await reached;
      const { run } = await told(id);
      isMet = run.attempt > 1;
      expect(run.state).toBe("succeeded");
      expect(callsOf(world, topic)).toHaveLength(ACTING_MODEL_CALLS);
    }
  }

  // Silence is only noticed after a while; meanwhile the others are lost.
  test("that to the COMMIT of a result or of a claim, by silence or by a cut: what is stored is known, and not repeated", async () => {
    const checks = [await loseResult("hold"), await loseResult("cut")];
    await loseClaim();
    for (const check of checks) await check();
  });
});

describe.skipIf(redisIsMissing)("kill points of a tool call", () => {
  const POINTS = [
    { point: "tool_begun" as const, hits: 1, what: "begun in the journal, nothing sent" },
    { point: "effect_done" as const, hits: 2, what: "its answer read, not stored" },
  ];

  test.each(POINTS)("a tool that reads is called again ($what)", async ({ point, hits }) => {
    const { id } = await killAt(point, "look");
    expect((await told(id)).run.state).toBe("succeeded");
    expect(hitsOf(world, "look", id)).toHaveLength(hits);
  });

  test.each(POINTS)("an idempotent one is called again with the same key, and has one effect ($what)", async ({ point, hits }) => {
    const { id } = await killAt(point, "book");
    expect((await told(id)).run.state).toBe("succeeded");
    const books = hitsOf(world, "book", id);
    expect(books).toHaveLength(hits);
    expect(new Set(books.map(({ key }) => key)).size).toBe(1);
    expect(books.filter(({ isRepeat }) => !isRepeat)).toHaveLength(1);
  });

  test.each([
    { point: "tool_begun" as const, decision: "did_not_happen", what: POINTS[0]?.what },
    { point: "effect_done" as const, decision: "happened", what: POINTS[1]?.what },
  ])("an unsafe one waits for a person, who says $decision ($what)", async ({ point, decision }) => {
    const { id, topic } = await killAt(point, "post");
    const { run } = await told(id, isParked);
    expect(run.reason).toBe("needs_attention");
    expect(hitsOf(world, `post.${topic}`)).toHaveLength(decision === "happened" ? 1 : 0);
    await decide(id, decision);
    expect((await told(id)).run).toMatchObject({ state: "succeeded", totals: { toolCalls: 4 } });
    expect(hitsOf(world, `post.${topic}`)).toHaveLength(1);
    expect(callsOf(world, topic)).toHaveLength(ACTING_MODEL_CALLS);
  });

  test("the effect has happened and its worker is killed before the answer: an unsafe one is not repeated, an idempotent one dedupes", async () => {
    for (const name of ["book", "post"] as const) {
      world.sink.hold();
      const { id, topic } = await begin();
      if (name === "post") {
        await expect.poll(() => hitsOf(world, "book", id).length, { timeout: 20_000 }).toBe(1);
        world.sink.release();
        world.sink.hold();
      }
      const isThere = () => (name === "book" ? hitsOf(world, "book", id) : hitsOf(world, `post.${topic}`)).length;
      await expect.poll(isThere, { timeout: 20_000, interval: 10 }).toBe(1);
      await killOwner(id);
      await untilTakenOver(world, id, Date.now());
      world.sink.release();
      if (name === "post") {
        await told(id, isParked);
        await decide(id, "happened");
      }
      expect((await told(id)).run.state).toBe("succeeded");
      expect(hitsOf(world, `post.${topic}`)).toHaveLength(1);
      expect(hitsOf(world, "book", id)).toHaveLength(name === "book" ? 2 : 1);
    }
  });
});

describe.skipIf(redisIsMissing)("kill points of waits and stops", () => {
  test("parked for a person with every worker dead: of two answers at once one counts, and it is acted on once", async () => {
    const { id, topic } = await killAt("tool_begun", "post");
    await told(id, isParked);
    await Promise.all(restarts.splice(0));
    await Promise.all(WORKERS.map((name) => world.installation.kill(name)));
    const [approval] = await world.openApprovals(id);
    const answer = (decision: string) =>
      fetch(`${world.installation.origin}/v1/approvals/${approval?.id}`, {
        method: "POST",
        headers: { authorization: `Bearer ${world.ada.key}`, "content-type": "application/json" },
        body: JSON.stringify({ decision }),
      }).then(({ status }) => status);
    expect((await Promise.all([answer("did_not_happen"), answer("did_not_happen")])).toSorted()).toEqual([200, 409]);
    expect((await world.ada.run(id)).state).toBe("queued");
    await Promise.all(WORKERS.map((name) => world.installation.start(name)));
    expect((await told(id)).run.state).toBe("succeeded");
    expect(hitsOf(world, `post.${topic}`)).toHaveLength(1);
    expect((await world.ada.events(id)).filter(({ type }) => type === "human_feedback_received")).toHaveLength(1);
  });

  test("stopped in mid-stream and the worker killed: one end, no call afterwards, nothing left open", async () => {
    world.fake.setScript({
      ...actingScript(),
      entries: [{ when: { contains: "Do part two" }, times: 1, fault: { type: "stall", afterChunks: 3 } }],
    });
    const { id, topic } = await begin();
    await expect.poll(() => callsOf(world, topic, "two")[0]?.chunksSent, { timeout: 20_000, interval: 10 }).toBe(3);
    // Frozen, so that it hears of the stop no more than a process that dies in that moment.
    const pid = await ownerOf(id);
    process.kill(pid, "SIGSTOP");
    await world.ada.call("POST", `/v1/runs/${id}/cancel`);
    await killOwner(id);
    const { run, ledger } = await told(id);
    expect(run).toMatchObject({ state: "cancelled", totals: { modelCalls: 2 } });
    expect(outcomesOf(ledger, "task:2/turn:1/model")).toEqual(["ambiguous"]);
    expect(callsOf(world, topic)).toHaveLength(3);
    expect((await world.ada.events(id)).filter(({ type }) => type === "run_cancelled")).toHaveLength(1);
  });
});

test.skipIf(redisIsMissing)(
  "frozen and thawed with a claim, an unsafe call or a reply in hand, a worker begins nothing, sends nothing and stores nothing of it",
  async () => {
    await Promise.all(restarts.splice(0));
    // One after the other, so that each meets its own; the leases of all three then run out at the same time.
    const claim = await freezeAt("claimed");
    const call = await freezeAt("journaled", ["tool_usage_started", "http_post"]);
    const reply = await freezeAt("reply_read", "Do part two");
    const frozen = [claim, call, reply];
    const tookMs = await Promise.all(frozen.map(({ id, frozenAt }) => untilTakenOver(world, id, frozenAt)));
    console.log(`frozen at a claim, a call, a reply: taken over after ${tookMs.join(", ")} ms`);
    expect(Math.max(...tookMs)).toBeLessThan(TAKEOVER_MS.frozen);
    await told(call.id, isParked);
    await decide(call.id, "did_not_happen");
    for (const { id } of frozen) expect((await told(id)).run.state).toBe("succeeded");

    const seen = async () => [
      world.fake.journal.length,
      world.sink.journal.length,
      ...(await Promise.all(frozen.map(({ id }) => rowsOf(world.query, uuidFromTypeId(id))))),
    ];
    const before = await seen();
    for (const { pid } of frozen) process.kill(pid, "SIGCONT");
    await Promise.all(frozen.map(({ pid }) => untilBeating(world, pid)));
    expect(await seen()).toEqual(before);
    for (const { topic } of frozen) expect(hitsOf(world, `post.${topic}`)).toHaveLength(1);
    // On a machine that is too busy the next worker may lose a run as well.
    for (const { id, topic } of [claim, reply]) {
      const { attempt } = await world.ada.run(id);
      const lost = attempt - (id === claim.id ? 2 : 1);
      expect(callsOf(world, topic).length).toBeGreaterThanOrEqual(ACTING_MODEL_CALLS + (id === claim.id ? 0 : 1));
      expect(callsOf(world, topic).length).toBeLessThanOrEqual(ACTING_MODEL_CALLS + lost);
    }
  },
);

async function freezeAt(point: Failpoint, when: string | string[] = []) {
  const hit = world.failpoints.arm(point, { action: "freeze", when });
  const { id, topic } = await begin();
  return { id, topic, pid: await hit(), frozenAt: Date.now() };
}
