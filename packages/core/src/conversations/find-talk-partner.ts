import type { ConversationTarget } from "@crew/contracts/conversations";
import type { CrewContainment, CrewDefinition } from "@crew/contracts/crews";
import { findAgent } from "../agents/agent-repository.ts";
import { AppError, notFound } from "../app-error.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { getCrew } from "../crews/get-crew.ts";
import { loadCrewVersion } from "../crews/load-crew-version.ts";
import { requireContainment } from "../crews/require-containment.ts";
import type { Ctx } from "../system.ts";

/** Who answers beside a bare model, as they are now. */
export interface TalkPartner {
  /** What they answer with when nobody chose; null: the platform's own. */
  model: string | null;
  /** What the run of an answer executes by: an agent acts by the rules of its crew's version. */
  crew: { id: string; version: number; definition: CrewDefinition; containment: CrewContainment } | null;
  /** As the answer's run is told of them, for good. */
  pinned: PinnedTarget;
}

/** In the inputs of a chat's run. */
export type PinnedTarget = { kind: "agent"; agentId: string } | { kind: "crew"; crewId: string; crewName: string } | { kind: "platform" };

/**
 * Throws where there is nobody, or nobody whom this person may talk to: an agent acts with its tools, so it takes the
 * right to run its crew; a crew and the platform only read until a call of theirs is allowed by itself.
 */
export async function findTalkPartner(ctx: Ctx<"db" | "statements">, target: ConversationTarget): Promise<TalkPartner | null> {
  switch (target.kind) {
    case "model":
      return null;
    case "agent":
      return findAgentPartner(ctx, target.agentId);
    case "crew": {
      const { id, name, model } = await getCrew(ctx, target.crewId);
      return { model, crew: null, pinned: { kind: "crew", crewId: id, crewName: name } };
    }
    case "platform":
      return { model: null, crew: null, pinned: { kind: "platform" } };
  }
}

async function findAgentPartner(ctx: Ctx<"db" | "statements">, agentId: string): Promise<TalkPartner> {
  const { workspaceId } = ctx.actor;
  const crewId = (await findAgent(ctx.db, workspaceId, agentId))?.crewId;
  await requireCrewPermission(ctx, "run", () => crewId);
  const crew = crewId === undefined ? undefined : await loadCrewVersion(ctx.db, workspaceId, crewId);
  const agent = crew?.definition.agents.find(({ id }) => id === agentId);
  if (!crew || !crewId || !agent) throw notFound("agent");
  requireContainment(crew.containment);
  return { model: agent.model ?? crew.definition.model, crew: { id: crewId, ...crew }, pinned: { kind: "agent", agentId } };
}

/**
 * An attachment gives an agent what is confidential and what strangers may have written, both at once. Where its crew may
 * send to any host, that is the third of the three that must not meet.
 */
export function refuseOpenReading({ crew }: TalkPartner): void {
  if (!crew || crew.containment.signedOff !== null || crew.containment.openEgress.length === 0) return;
  throw new AppError(
    "conflict",
    `This agent's crew may send to any host without asking (${crew.containment.openEgress.join(", ")}), so it is given no attachments. Name the hosts that the crew needs instead of "*", or ask an admin to sign its version off.`,
  );
}
