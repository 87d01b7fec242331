import type { Crew } from "@crew/contracts/crews";
import { CrewId } from "@crew/contracts/ids";
import { notFound } from "../app-error.ts";
import { getCrew } from "../crews/get-crew.ts";
import type { Talk, TalkCtx } from "./platform-tool.ts";

/** The crew that a call is about: that of the conversation, or the one that the model names. */
export async function crewOf(talk: Talk, ctx: TalkCtx, args: Record<string, unknown>): Promise<Crew> {
  const { data: crewId } = CrewId.safeParse(talk.crewId ?? args.crewId);
  if (crewId === undefined) throw notFound("crew");
  return getCrew(ctx, crewId);
}
