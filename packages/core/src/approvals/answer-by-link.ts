import type { AnswerByLink, Approval } from "@crew/contracts/approvals";
import { AppError } from "../app-error.ts";
import type { Ctx, System } from "../system.ts";
import { linkActor, requireOpenLink } from "./link-actor.ts";
import { writeDecision } from "./write-decision.ts";

/** Works once: the answer removes every link to the question with it. */
export async function answerByLink(system: System & Pick<Ctx, "request">, { token, ...answer }: AnswerByLink): Promise<Approval> {
  const link = await requireOpenLink(system, token);
  if (link.requiresSecondFactor)
    throw new AppError("forbidden", "This workspace asks everyone for a second factor, which a link does not prove. Sign in to answer.");
  const ctx = await linkActor(system, link, system.request);
  return writeDecision(ctx, link.approvalId, answer, { by: "link", email: link.email });
}
