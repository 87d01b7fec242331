import { type AgentAnswer, type AgentWork, runAgentLoop } from "./agent-loop.ts";
import { type Place, RunFailure } from "./host.ts";
import { feedbackPrompt, reviewQuestion } from "./prompts.ts";

export const MOST_REVISIONS = 5;

/**
 * Shows a draft to a person until it is approved, or replaced by a text of theirs. Each revision is the agent's
 * conversation carried on with the feedback, under keys of its own and with the agent's full number of model calls.
 */
export async function reviewedAnswer(work: AgentWork, taskKey: string, place: Place): Promise<AgentAnswer> {
  let answer = await runAgentLoop(work);
  for (let round = 1; ; round++) {
    const question = { taskKey, message: reviewQuestion(taskKey), output: answer.text };
    const { decision, feedback, output } = await work.host.askPerson(`${work.at}/review:${round}`, question, place);
    if (decision === "approve") return answer;
    // As tainted as the draft: the person has seen it, and may have kept any part of it.
    if (decision === "edit") return { ...answer, text: output ?? "" };
    if (decision !== "revise") throw new RunFailure("rejected", rejected(taskKey, feedback));
    if (round > MOST_REVISIONS) {
      throw new RunFailure("too_many_revisions", `The result of "${taskKey}" was sent back more than ${MOST_REVISIONS} times.`);
    }
    const messages = [...answer.messages, { role: "user" as const, content: feedbackPrompt(feedback) }];
    answer = await runAgentLoop({ ...work, at: `${work.at}/revision:${round}`, messages, taintedBy: answer.taintedBy });
  }
}

function rejected(taskKey: string, reason: string): string {
  const words = `A person rejected the result of "${taskKey}"`;
  return reason.trim() === "" ? `${words}.` : `${words}: ${reason.trim()}`;
}
