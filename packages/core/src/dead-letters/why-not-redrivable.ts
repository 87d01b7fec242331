import { findCrew } from "../crews/crew-repository.ts";
import type { Ctx } from "../system.ts";
import type { KeptLetter } from "./dead-letter-repository.ts";
import { findFailedRun } from "./redrive-repository.ts";

/** In words for whoever wants to redrive it; `null`: it can be. */
export async function whyNotRedrivable(ctx: Ctx<"db">, letter: KeptLetter): Promise<string | null> {
  const { workspaceId } = ctx.actor;
  if (letter.state === "redriven") return "It was redriven already.";
  if (letter.state === "discarded") return `It was discarded: ${letter.reason ?? ""}`;
  if (letter.kind === "job" || letter.runId === null) return null;
  const run = await findFailedRun(ctx.db, workspaceId, letter.runId);
  if (!run) return "Its run is not there any more.";
  if (run.kind === "chat") return "It is the answer of a chat: ask again in the conversation, which has said that it failed.";
  if (run.crewId === null || !(await findCrew(ctx.db, workspaceId, run.crewId))) return "Its crew was deleted.";
  return null;
}
