import type { HumanPolicy } from "@crew/contracts/crews";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { plantQuestion } from "@crew/testing/plant-question";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "../access/actor.ts";
import { setCrewGrant } from "../crew-grants/set-crew-grant.ts";
import { createCrew } from "../crews/create-crew.ts";
import { removeMember } from "../members/remove-member.ts";
import { getRun } from "../runs/get-run.ts";
import { startRun } from "../runs/start-run.ts";
import { updateWorkspace } from "../workspaces/update-workspace.ts";
import { answerByLink } from "./answer-by-link.ts";
import { decideApproval } from "./decide-approval.ts";
import { lookupApprovalLink } from "./lookup-approval-link.ts";
import { sendApprovalMail } from "./send-approval-mail.ts";
import { sweepQuestions } from "./sweep-questions.ts";

let system: TestSystem;
let sent: { to: string; subject: string; text: string }[];
beforeAll(async () => {
  system = await openTestSystem();
});
beforeEach(() => {
  sent = [];
});
afterAll(() => system[Symbol.asyncDispose]());

const as = (actor: Actor) => ({ ...system, actor });
const mailing = () => ({ ...system, mailer: { send: async (mail: (typeof sent)[number]) => void sent.push(mail) } });
const over = { code: "not_found", message: expect.stringContaining("This link is over") };

async function asked(policy?: HumanPolicy) {
  const owner = await createActor(system);
  const operator = await createActor(system, { role: "operator", workspaceId: owner.workspaceId, name: "Grace" });
  const crew = await createCrew(as(owner), buildCrew());
  const run = await startRun(as(operator), crew.id, { inputs: { topic: "tides" }, documents: [] });
  const approvalId = await plantQuestion(system, run.id, { message: "Say yes to http://evil.example", ...(policy && { policy }) });
  const mail = async (userId: string | null = operator.userId) => {
    await sendApprovalMail(mailing(), { approvalId, userId });
    return /#token=([\w-]+)/.exec(sent.at(-1)?.text ?? "")?.[1] ?? "";
  };
  return { owner, operator, crew, run, approvalId, mail };
}
const queuedFor = async (approvalId: string) =>
  (await system.pool.query("SELECT data FROM pgboss.job WHERE name = 'approval-mail' AND data->>'approvalId' = $1", [approvalId])).rows.map(
    ({ data }) => data.userId,
  );

describe("a mail about a question", () => {
  test("is due once, for whoever started the run; or for those whom the workspace names, or for nobody", async () => {
    const { owner, operator, approvalId, run } = await asked();
    await Promise.all([1, 2, 3].map(() => sweepQuestions(system)));
    expect(await queuedFor(approvalId)).toEqual([operator.userId]);
    await updateWorkspace(as(owner), owner.workspaceId, { mailQuestionsTo: [owner.userId, operator.userId] });
    const again = await plantQuestion(system, run.id);
    await sweepQuestions(system);
    expect((await queuedFor(again)).toSorted()).toEqual([owner.userId, operator.userId].toSorted());
    await updateWorkspace(as(owner), owner.workspaceId, { mailQuestionsTo: [] });
    const third = await plantQuestion(system, run.id);
    await sweepQuestions(system);
    expect(await queuedFor(third)).toEqual([]);
    const stranger = await createActor(system);
    await expect(updateWorkspace(as(owner), owner.workspaceId, { mailQuestionsTo: [stranger.userId] })).rejects.toMatchObject({
      code: "invalid",
    });
  });

  test("does not go to an address that was never proven", async () => {
    const { operator, approvalId } = await asked();
    await system.pool.query("UPDATE users SET email_verified = false WHERE id = $1", [uuidFromTypeId(operator.userId)]);
    await sweepQuestions(system);
    expect(await queuedFor(approvalId)).toEqual([]);
  });

  test("holds a link and no word of what is asked; the queue holds no token, the database its hash alone", async () => {
    const { approvalId, operator, mail } = await asked();
    const token = await mail();
    expect(sent[0]?.to).toBe(`${operator.userId}@example.test`);
    expect(sent[0]?.text).toContain(`/answer/#token=${token}`);
    expect(sent[0]?.text).not.toContain("evil");
    expect(JSON.stringify(await queuedFor(approvalId))).not.toContain(token);
    const { rows } = await system.pool.query("SELECT l::text AS text FROM approval_links l");
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test("is not sent to who may not answer, or once it was answered", async () => {
    const { owner, run, approvalId, mail } = await asked();
    const viewer = await createActor(system, { role: "viewer", workspaceId: owner.workspaceId });
    expect(await mail(viewer.userId)).toBe("");
    await setCrewGrant(as(owner), { crewId: run.crewId ?? "", userId: viewer.userId }, { permissions: ["approve"] });
    expect(await mail(viewer.userId)).not.toBe("");
    await decideApproval(as(owner), approvalId, { decision: "approve", feedback: "" });
    sent = [];
    expect(await mail()).toBe("");
    expect(sent).toEqual([]);
  });
});

describe("a link", () => {
  test("shows the question, decides nothing by that, and takes one answer in the person's name", async () => {
    const { operator, run, approvalId, mail } = await asked();
    const [token, other] = [await mail(), await mail()];
    for (let i = 0; i < 3; i++)
      expect(await lookupApprovalLink(system, token)).toMatchObject({
        actingAs: "Grace",
        needsSignIn: false,
        approval: { id: approvalId, output: "Draft", decision: null },
      });
    await expect(answerByLink(system, { token, decision: "answer", feedback: "x" })).rejects.toMatchObject({ code: "invalid" });
    expect(await answerByLink(system, { token, decision: "edit", output: "Mine", feedback: "" })).toMatchObject({ decidedBy: "Grace" });
    expect((await getRun(as(operator), run.id)).state).toBe("queued");
    for (const used of [token, other]) {
      await expect(lookupApprovalLink(system, used)).rejects.toMatchObject(over);
      await expect(answerByLink(system, { token: used, decision: "approve", feedback: "" })).rejects.toMatchObject(over);
    }
    expect((await readAudit(system, operator.workspaceId)).find(({ subject }) => subject === approvalId)).toMatchObject({
      action: "approval.decided",
      actor: { userId: operator.userId, name: "Grace" },
      detail: { decision: "edit", by: "link" },
    });
  });

  test("of twenty uses at once one counts", async () => {
    const { mail } = await asked();
    const token = await mail();
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => answerByLink(system, { token, decision: "approve", feedback: "" })),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const answer of answers) if (answer.status === "rejected") expect(["conflict", "not_found"]).toContain(answer.reason.code);
  });

  test("has the rights that its person has now, and is over after a week or with an answer by another way", async () => {
    const first = await asked();
    const token = await first.mail();
    await removeMember(as(first.owner), { workspaceId: first.owner.workspaceId, userId: first.operator.userId });
    await expect(lookupApprovalLink(system, token)).rejects.toMatchObject({ code: "forbidden" });
    await expect(answerByLink(system, { token, decision: "approve", feedback: "" })).rejects.toMatchObject({ code: "forbidden" });

    const second = await asked();
    const late = await second.mail();
    const inEightDays = () => new Date(Date.now() + 8 * 24 * 60 * 60_000);
    await expect(answerByLink({ ...system, now: inEightDays }, { token: late, decision: "approve", feedback: "" })).rejects.toMatchObject(
      over,
    );
    await decideApproval(as(second.owner), second.approvalId, { decision: "approve", feedback: "" });
    await expect(lookupApprovalLink(system, late)).rejects.toMatchObject(over);
    await expect(lookupApprovalLink(system, "nothing")).rejects.toMatchObject(over);
  });

  test("leads to sign-in where the workspace asks for a second factor", async () => {
    const { owner, mail } = await asked();
    const token = await mail();
    await system.pool.query("UPDATE workspaces SET requires_second_factor = true WHERE id = $1", [uuidFromTypeId(owner.workspaceId)]);
    expect(await lookupApprovalLink(system, token)).toMatchObject({ needsSignIn: true, approval: null });
    await expect(answerByLink(system, { token, decision: "approve", feedback: "" })).rejects.toMatchObject({ code: "forbidden" });
    sent = [];
    expect(await mail()).toBe("");
    expect(sent[0]?.text).toContain("/approvals/");
  });

  test("of an escalation answers that question in the name of the contact, and nothing else", async () => {
    const policy = { deadlineMinutes: 5, onDeadline: "escalate" as const, defaultAnswer: "", escalateTo: "boss@outside.example" };
    const { owner, approvalId, mail } = await asked(policy);
    expect(await mail(null)).toBe("");
    await system.pool.query("UPDATE approvals SET deadline_at = now() WHERE id = $1", [uuidFromTypeId(approvalId)]);
    await sweepQuestions(system);
    expect(await queuedFor(approvalId)).toContain(null);
    const token = await mail(null);
    expect(sent.at(-1)?.to).toBe("boss@outside.example");
    expect((await lookupApprovalLink(system, token)).actingAs).toBe("escalation contact boss@outside.example");
    await answerByLink(system, { token, decision: "approve", feedback: "" });
    expect((await readAudit(system, owner.workspaceId)).find(({ subject }) => subject === approvalId)).toMatchObject({
      actor: { name: "escalation contact boss@outside.example" },
      detail: { by: "link", email: "boss@outside.example" },
    });
  });
});
