import type { CrewInput } from "@crew/contracts/crews";
import { buildCrew } from "@crew/testing/build-crew";
import type { FakeScriptInput } from "@crew/testing/fake-provider/fake-script";

/** Four tasks, each a model call, a tool call and a second model call. */
export function twelveSteps(): CrewInput {
  const { agents } = buildCrew();
  const keys = ["one", "two", "three", "four"];
  return buildCrew({
    model: "ollama/fake-model",
    agents: agents.slice(0, 1).map((agent) => ({ ...agent, tools: ["calculator"] })),
    tasks: keys.map((key) => ({ key, description: `Do part ${key} of {topic}`, expectedOutput: "A sentence", agent: "scout" })),
  });
}

/** What its model does: a call of the calculator, then twelve tokens; about a second and a half in all. */
export const TWELVE_STEPS_SCRIPT: FakeScriptInput = {
  defaults: { turns: 1, tool: "calculator", tokens: 12, tokenDelayMs: 8, firstByteDelayMs: 60 },
};
export const TWELVE_STEPS_MODEL_CALLS = 8;
