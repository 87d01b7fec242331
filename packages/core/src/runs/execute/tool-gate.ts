import type { GatedCall, GateReason } from "@crew/contracts/tools";
import { type Admission, type AskedTool, type Place, RunFailure, type ToolOutcome } from "@crew/engine/host";
import { canonicalHost, namesHost } from "../../egress/host-patterns.ts";
import { callHash } from "./call-hash.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { type Answer, askPerson } from "./people.ts";
import { settleUnknown } from "./settle-unknown.ts";

/**
 * One gate, two reasons. A tainted context: whoever wrote what the agent has read may speak through it, so an act, or a
 * word to a host that the crew does not name, needs a person. And the crew's own rule, which asks before each call of a tool.
 */
export function gatedCall({ journal }: ExecutionContext, { tool, args, taintedBy }: AskedTool): GatedCall | null {
  const { egressHosts = [], toolApprovals = [] } = journal.claim.definition ?? {};
  const host = taintedBy.length > 0 ? strangeHost(tool.destination, args, egressHosts) : null;
  const because: GateReason[] = [];
  // What may be repeated is an act all the same: only reading is free.
  if (taintedBy.length > 0 && (tool.class !== "read" || host !== null)) because.push("outside_content");
  if (toolApprovals.includes(tool.name)) because.push("crew_rule");
  if (because.length === 0) return null;
  return {
    tool: tool.name,
    class: tool.class,
    arguments: args,
    hash: callHash(tool.name, args),
    host,
    taintedBy: [...taintedBy],
    because,
  };
}

/**
 * Parks the run until a person has said whether a gated call may run, has answered what a call asks, or has told what
 * became of one that was begun and lost. `null`: it may run as it is.
 */
export async function admitTool(context: ExecutionContext, key: string, call: AskedTool, place: Place): Promise<Admission | null> {
  if (call.tool.question) return askQuestion(context, key, call, call.tool.question(call.args), place);
  const admission = await passGate(context, key, call, place);
  if (admission && "outcome" in admission) return admission;
  // Here, where nothing of the turn runs yet: a run that parks has no other call in flight.
  await settleUnknown(context, key, admission ? { ...call, args: admission.args } : call, place);
  return admission;
}

async function passGate(context: ExecutionContext, key: string, call: AskedTool, place: Place): Promise<Admission | null> {
  const gated = gatedCall(context, call);
  if (!gated) return null;
  const { steps } = context.journal.contents;
  // What the journal has of the call itself was admitted before it began.
  if (steps.has(key) && !steps.has(`${key}/approval`)) return null;
  const question = {
    kind: "tool_call" as const,
    message: reasonOf(gated),
    output: shown(gated),
    call: gated,
    callParameters: call.tool.parameters,
  };
  return admissionOf(await askPerson(context, `${key}/approval`, question, place), call);
}

function admissionOf({ decision, feedback, args, isByDeadline }: Answer, { tool }: AskedTool): Admission | null {
  if (decision === "approve") return null;
  if (decision === "edit" && args) return { args };
  const words = feedback.trim() === "" ? "" : ` ${feedback.trim()}`;
  const refusal = isByDeadline
    ? "This call needs a person's word, so it was not run."
    : "A person did not allow this call, so it was not run.";
  if (decision === "reject") return { outcome: { text: `${refusal}${words}`, isError: true } };
  throw new RunFailure("tool_call_rejected", `A person ended the run instead of allowing ${tool.name}.${words}`);
}

/** The tool itself hands the answer on, and is told of like any other. */
async function askQuestion(
  context: ExecutionContext,
  key: string,
  { tool, args, taintedBy }: AskedTool,
  { text, choices }: { text: string; choices: readonly string[] },
  place: Place,
): Promise<null> {
  if (text.trim() === "") return null;
  const hash = callHash(tool.name, args);
  const call: GatedCall = { tool: tool.name, class: tool.class, arguments: args, hash, host: null, taintedBy: [...taintedBy], because: [] };
  const { decision, feedback } = await askPerson(
    context,
    `${key}/question`,
    { kind: "question", message: text, output: "", call, choices },
    place,
  );
  if (decision === "answer") return null;
  throw new RunFailure("rejected", `A person ended the run instead of answering its question.${feedback ? ` ${feedback}` : ""}`);
}

/** The last look before a gated call runs: the approval must be for these very arguments. `null`: it is, or none is needed. */
export function refusedCall(context: ExecutionContext, key: string, call: AskedTool): ToolOutcome | null {
  const gated = gatedCall(context, call);
  if (!gated) return null;
  const answer = context.journal.contents.steps.get(`${key}/approval`)?.result as Partial<Answer> | undefined;
  const isAllowed = answer?.decision === "approve" || answer?.decision === "edit";
  if (isAllowed && answer.callHash === gated.hash) return null;
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

function reasonOf({ tool, class: kind, host, taintedBy, because = [] }: GatedCall): string {
  const wants = kind === "read" ? `use ${tool}` : `act with ${tool}`;
  const where = host === null ? "" : ` on ${host}, which is not among the crew's hosts`;
  const rule = because.includes("crew_rule") ? " The crew asks before each call of this tool." : "";
  const outside = because.includes("outside_content")
    ? ` It has read content from outside (${taintedBy.join(", ")}), which may have told it to.`
    : "";
  return `An agent wants to ${wants}${where}.${rule}${outside} Allow it only if you want exactly this call.`;
}

function shown(call: GatedCall): string {
  return JSON.stringify({ tool: call.tool, arguments: call.arguments }, null, 2);
}
