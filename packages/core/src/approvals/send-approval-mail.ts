import type { ApprovalKind } from "@crew/contracts/approvals";
import { AppError } from "../app-error.ts";
import { newOneTimeToken } from "../sessions/one-time-token.ts";
import type { System } from "../system.ts";
import { insertApprovalLink } from "./approval-link-repository.ts";
import { findMailedQuestion, type MailedQuestion } from "./due-question-repository.ts";
import { linkActor } from "./link-actor.ts";

const LINK_DAYS = 7;

const ASKS: Record<ApprovalKind, string> = {
  human_input: "to have a draft reviewed",
  question: "a question",
  tool_call: "whether a tool may be used",
  needs_attention: "what became of a tool's call whose worker was lost",
};

/**
 * Plain text without a word of the question: what an agent has written, strangers may have put into its mouth. The page
 * behind the link shows it. Nobody is mailed who may not answer at this moment.
 */
export async function sendApprovalMail(
  system: System,
  { approvalId, userId }: { approvalId: string; userId: string | null },
): Promise<void> {
  const found = await findMailedQuestion(system.statements, approvalId, userId);
  // Answered meanwhile, or nobody to write to any more.
  if (!found || !(await mayAnswer(system, { ...found, approvalId, userId }))) return;
  const link = found.requiresSecondFactor
    ? `${system.installation.publicUrl}/approvals/?id=${approvalId}`
    : await newLink(system, { ...found, approvalId, userId });
  await system.mailer.send({ to: found.email, ...text(system.installation.publicUrl, found, userId === null, link) });
}

async function mayAnswer(system: System, question: MailedQuestion & { approvalId: string; userId: string | null }): Promise<boolean> {
  try {
    // Who still has to set up a second factor is told, and can do so on the way.
    if (question.userId === null || question.requiresSecondFactor) return true;
    await linkActor(system, { ...question, workspaceName: "", expiresAt: "" }, undefined);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "forbidden") return false;
    throw error;
  }
}

async function newLink(system: System, question: MailedQuestion & { approvalId: string; userId: string | null }): Promise<string> {
  const { token, tokenHash } = newOneTimeToken();
  const now = system.now();
  await insertApprovalLink(system.db, {
    tokenHash,
    workspaceId: question.workspaceId,
    approvalId: question.approvalId,
    userId: question.userId,
    email: question.email,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + LINK_DAYS * 24 * 60 * 60_000).toISOString(),
  });
  return `${system.installation.publicUrl}/answer/#token=${token}`;
}

function text(publicUrl: string, question: MailedQuestion, isEscalation: boolean, link: string): { subject: string; text: string } {
  const host = new URL(publicUrl).host;
  const why = isEscalation ? "Nobody has answered it in time, and its crew names this address for that." : "";
  const opens = question.requiresSecondFactor
    ? "Sign in to see it and to answer:"
    : `To see it, and to answer, open this address. Opening it decides nothing; it takes one answer, within ${LINK_DAYS} days:`;
  const until = question.deadlineAt ? `Without an answer the run goes on, or ends, by itself on ${inUtc(question.deadlineAt)}.` : "";
  const paragraphs = [
    `A run at ${publicUrl} waits for a person. It asks ${ASKS[question.kind]}.`,
    why,
    opens,
    link,
    until,
    question.requiresSecondFactor ? "" : "Whoever opens it answers in your name, so do not pass it on.",
    `-- \n${publicUrl}`,
  ];
  return { subject: `A run at ${host} waits for your answer`, text: `${paragraphs.filter(Boolean).join("\n\n")}\n` };
}

function inUtc(at: string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " at ")} UTC`;
}
