import type { DeadLetterDetail } from "@crew/contracts/dead-letters";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { findRun, findRunDefinition, listLastEvents } from "../runs/run-repository.ts";
import type { Ctx } from "../system.ts";
import { findLetter, type KeptLetter } from "./dead-letter-repository.ts";
import { shownPayload } from "./shown-payload.ts";
import { whyNotRedrivable } from "./why-not-redrivable.ts";

const LAST_EVENTS = 20;

/** Why it died: the error, the last events, and what it was to do. */
export async function getDeadLetter(ctx: Ctx<"db" | "statements" | "secrets">, letterId: string): Promise<DeadLetterDetail> {
  requirePermission(ctx, "dead-letters:read");
  const letter = await findLetter(ctx.db, ctx.actor.workspaceId, letterId);
  if (!letter) throw notFound("dead letter");
  const { detail, payload, ...told } = letter;
  return {
    ...told,
    worker: detail.worker ?? null,
    lostWorkers: detail.lostWorkers ?? [],
    payload: payload && shownPayload(ctx, payload),
    notRedrivable: await whyNotRedrivable(ctx, letter),
    ...(await runOf(ctx, letter)),
  };
}

async function runOf(
  ctx: Ctx<"db" | "statements">,
  { runId }: KeptLetter,
): Promise<Pick<DeadLetterDetail, "events" | "inputs" | "documents">> {
  const run = runId && (await findRun(ctx.statements, ctx.actor.workspaceId, runId));
  if (!run) return { events: [], inputs: null, documents: [] };
  const { documents } = await findRunDefinition(ctx.db, run);
  return { events: await listLastEvents(ctx.statements, run.id, LAST_EVENTS), inputs: run.inputs, documents };
}
