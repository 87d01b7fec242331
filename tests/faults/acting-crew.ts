import type { CrewInput } from "@crew/contracts/crews";
import { buildCrew } from "@crew/testing/build-crew";
import type { FakeScriptInput } from "@crew/testing/fake-provider/fake-script";

/** What the tools of the crew below are to the world: one for each class, and one that has no effect. */
export const ACTS = { one: "calculator", two: "world__book", three: "http_post", four: "world__look" } as const;
export const ACTING_STEPS = 12;
export const ACTING_MODEL_CALLS = 8;

/**
 * Four tasks of a model call, a tool call and a second model call: one reckons, one books (idempotent), one posts
 * (unsafe) and one looks (read). No task reads another's output, so no call waits for a person because of what was read.
 */
export function actingCrew(sinkUrl: string): CrewInput {
  const { agents } = buildCrew();
  const keys = Object.keys(ACTS) as (keyof typeof ACTS)[];
  return buildCrew({
    name: "Acts",
    model: "ollama/fake-model",
    agents: agents.slice(0, 1),
    tasks: keys.map((key) => ({
      key,
      description: `Do part ${key} of {topic} at ${sinkUrl}/effects/post.{topic}`,
      expectedOutput: "A sentence",
      agent: "scout",
      context: [],
      tools: [ACTS[key]],
    })),
  });
}

/** Its model calls the only tool that each task has, then answers in a few tokens. */
export function actingScript(pace: { tokens?: number; tokenDelayMs?: number; firstByteDelayMs?: number } = {}): FakeScriptInput {
  return { defaults: { turns: 1, tokens: 8, tokenDelayMs: 4, firstByteDelayMs: 20, ...pace } };
}
