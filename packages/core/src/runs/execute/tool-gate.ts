import { createHash } from "node:crypto";
import type { GatedCall } from "@crew/contracts/tools";
import type { AskedTool, Place, ToolOutcome } from "@crew/engine/host";
import { RunFailure } from "@crew/engine/host";
import { canonicalJson } from "@crew/engine/tool-calls";
import { canonicalHost, namesHost } from "../../egress/host-patterns.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { askPerson } from "./people.ts";

/**
 * The gate of a tainted context: whoever wrote what the agent has read may speak through it, so an act, or a word to a
 * host that the crew does not name, needs a person. Outside such a context nothing is asked here.
 */
export function gatedCall({ journal }: ExecutionContext, { tool, args, taintedBy }: AskedTool): GatedCall | null {
  if (taintedBy.length === 0) return null;
  const host = strangeHost(tool.destination, args, journal.claim.definition?.egressHosts ?? []);
  // What may be repeated is an act all the same: only reading is free.
  if (tool.class === "read" && host === null) return null;
  return { tool: tool.name, class: tool.class, arguments: args, hash: callHash(tool.name, args), host, taintedBy: [...taintedBy] };
}

/** What an approval is bound to. */
export function callHash(tool: string, args: Record<string, unknown>): string {
  return createHash("sha256")
    .update(canonicalJson([tool, args]))
    .digest("hex");
}

/** Parks the run until a person has said whether a gated call may run; `null`: it may. */
export async function admitTool(context: ExecutionContext, key: string, call: AskedTool, place: Place): Promise<ToolOutcome | null> {
  const gated = gatedCall(context, call);
  if (!gated) return null;
  // What the journal has of the call itself was admitted before it began.
  if (context.journal.contents.steps.has(key)) return null;
  const question = { kind: "tool_call" as const, taskKey: null, message: reasonOf(gated), output: shown(gated), call: gated };
  const { decision, feedback } = await askPerson(context, `${key}/approval`, question, place);
  if (decision === "approve") return null;
  const words = feedback.trim() === "" ? "" : ` ${feedback.trim()}`;
  if (decision === "reject") return { text: `A person did not allow this call, so it was not run.${words}`, isError: true };
  throw new RunFailure("tool_call_rejected", `A person ended the run instead of allowing ${call.tool.name}.${words}`);
}

/** The last look before a gated call runs: the approval must be for these very arguments. `null`: it is, or none is needed. */
export function refusedCall(context: ExecutionContext, key: string, call: AskedTool): ToolOutcome | null {
  const gated = gatedCall(context, call);
  if (!gated) return null;
  const answer = context.journal.contents.steps.get(`${key}/approval`)?.result as { decision?: string; callHash?: string } | undefined;
  if (answer?.decision === "approve" && answer.callHash === gated.hash) return null;
  return { text: "This call is not the one that a person has approved, so it was not run.", isError: true };
}

function strangeHost(
  destination: AskedTool["tool"]["destination"],
  args: Record<string, unknown>,
  egressHosts: readonly string[],
): string | null {
  if (!destination) return null;
  try {
    const address = destination(args);
    if (namesHost(egressHosts, address)) return null;
    const url = URL.parse(address);
    return url ? canonicalHost(url) : address.slice(0, 200);
  } catch {
    // Not an address: the tool itself refuses it, and nothing leaves.
    return null;
  }
}

function reasonOf({ tool, class: kind, host, taintedBy }: GatedCall): string {
  const wants = kind === "read" ? `use ${tool}` : `act with ${tool}`;
  const where = host === null ? "" : ` on ${host}, which is not among the crew's hosts`;
  return `An agent wants to ${wants}${where}. It has read content from outside (${taintedBy.join(", ")}), which may have told it to. Allow it only if you want exactly this call.`;
}

function shown(call: GatedCall): string {
  return JSON.stringify({ tool: call.tool, arguments: call.arguments }, null, 2);
}
