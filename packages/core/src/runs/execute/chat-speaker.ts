import { RunFailure } from "@crew/engine/host";
import { agentTalkInstructions, crewTalkInstructions, platformTalkInstructions } from "@crew/engine/prompts";
import type { ChatSpeaker } from "@crew/engine/run-chat";
import type { EngineTool } from "@crew/engine/tool";
import { actingFor } from "../../access/acting-for.ts";
import { AppError } from "../../app-error.ts";
import type { Talk, TalkCtx } from "../../platform-tools/platform-tool.ts";
import { platformTools } from "../../platform-tools/platform-tools.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { mcpRunTools } from "./mcp-run-tools.ts";
import { noteRefusal } from "./note-refusal.ts";
import { runActor } from "./run-actor.ts";

const TALK_MODEL_CALLS = 20;

/** Who writes a chat's answer; `undefined`: the model, as an assistant. */
export async function chatSpeaker(context: ExecutionContext, tools: readonly EngineTool[]): Promise<ChatSpeaker | undefined> {
  const target = context.turn?.target ?? null;
  if (target === null) return undefined;
  if (target.kind === "agent") return agentSpeaker(context, target.agentId, tools);
  const crewId = target.kind === "crew" ? target.crewId : null;
  return {
    instructions: target.kind === "crew" ? crewTalkInstructions(target.crewName) : platformTalkInstructions(),
    tools: platformTools(talkOf(context, crewId)),
    hasOwnToolsOnly: false,
    place: {},
    maxIterations: TALK_MODEL_CALLS,
    maxExecutionSeconds: null,
  };
}

/** By the version of its crew that the run is pinned to, whose rules hold for its tools as in any run. */
async function agentSpeaker(context: ExecutionContext, agentId: string, tools: readonly EngineTool[]): Promise<ChatSpeaker> {
  const { definition } = context.journal.claim;
  const agent = definition?.agents.find(({ id }) => id === agentId);
  if (!definition || !agent) throw new RunFailure("unknown_agent", "The agent that was to answer is gone.");
  const known = [...tools, ...(await mcpRunTools(context, definition))];
  return {
    instructions: agentTalkInstructions(agent),
    tools: agent.tools.map((name) => {
      const tool = known.find((one) => one.name === name);
      if (!tool) throw new RunFailure("unknown_tool", `The agent has the tool "${name}", which does not exist here.`);
      return tool;
    }),
    hasOwnToolsOnly: true,
    place: { agentId },
    maxIterations: agent.maxIterations,
    maxExecutionSeconds: agent.maxExecutionSeconds,
  };
}

/** What the platform's tools act with: the rights of whoever talks, asked anew for each call. */
function talkOf(context: ExecutionContext, crewId: string | null): Talk {
  const { system, journal } = context;
  const { claim } = journal;
  return {
    crewId,
    origin: { chatRunId: claim.run.id, conversationId: claim.run.conversationId },
    async act(): Promise<TalkCtx> {
      const permissions = await context.authorize();
      const actor = runActor(claim);
      if (!actor) throw new AppError("forbidden", "The account of whoever asked is gone.");
      return actingFor(system, { ...actor, permissions });
    },
    async noteRefusal(tool, why) {
      await noteRefusal(system, claim, { action: "tool.refused", subject: claim.run.id, detail: { tool, why } });
    },
    refuseWhenOvertaken: () => context.refuseWhenOvertaken(),
  };
}
