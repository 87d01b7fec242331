import { type AgentAnswer, type AgentWork, runAgentLoop } from "./agent-loop.ts";
import { type Place, RunFailure } from "./host.ts";
import { feedbackPrompt, reviewQuestion } from "./prompts.ts";

export const MOST_REVISIONS = 5;

/**
 * Shows a draft to a person until it is approved. Each revision is the agent's conversation carried on with the
 * feedback, under keys of its own and with the agent's full number of model calls.
 */
export async function reviewedAnswer(work: AgentWork, taskKey: string, place: Place): Promise<AgentAnswer> {
  let answer = await runAgentLoop(work);
  for (let round = 1; ; round++) {
    const question = { taskKey, message: reviewQuestion(taskKey), output: answer.text };
    const { decision, feedback } = await work.host.askPerson(`${work.at}/review:${round}`, question, place);
    if (decision === "approve") return answer;
    if (decision !== "revise") throw new RunFailure("rejected", `A person rejected the result of "${taskKey}".`);
    if (round > MOST_REVISIONS) {
      throw new RunFailure("too_many_revisions", `The result of "${taskKey}" was sent back more than ${MOST_REVISIONS} times.`);
    }
    const messages = [...answer.messages, { role: "user" as const, content: feedbackPrompt(feedback) }];
    answer = await runAgentLoop({ ...work, at: `${work.at}/revision:${round}`, messages, taintedBy: answer.taintedBy });
  }
}
