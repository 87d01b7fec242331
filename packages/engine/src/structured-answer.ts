import { type AgentAnswer, type AgentWork, runAgentLoop } from "./agent-loop.ts";
import { cutToTokens } from "./cut-text.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import { RunFailure } from "./host.ts";
import { type ArgumentSchema, schemaProblems } from "./json-schema-check.ts";
import type { ModelMessage } from "./model.ts";
import { parseJsonAnswer } from "./parse-json-output.ts";
import { unfitAnswer } from "./prompts.ts";

const MOST_TRIES = 3;
const NO_VALUE = ["it is not one JSON value, alone or in the only fenced block"];

export interface StructuredAnswer {
  /** The JSON alone, as it was written. */
  text: string;
  taintedBy: string[];
  json: { value: unknown };
}

/** An answer that is one JSON value of this form. One that is not is told what is wrong with it, twice at most. */
export async function structuredAnswer(work: AgentWork, schema: ArgumentSchema): Promise<StructuredAnswer> {
  const asked = { ...work, ...(schema.type === "object" && { wantsJsonObject: true }) };
  let answer = await runAgentLoop(asked);
  for (let tries = 1; ; tries++) {
    const found = parseJsonAnswer(answer.text);
    const problems = found ? schemaProblems(schema, found.value, "", "the answer") : NO_VALUE;
    if (found && problems.length === 0) return { text: found.text, taintedBy: answer.taintedBy, json: { value: found.value } };
    if (tries === MOST_TRIES) throw givenUp(answer, problems);
    const messages = askedAgain(work, answer, problems);
    answer = await runAgentLoop({ ...asked, at: `${work.at}/again:${tries}`, messages, taintedBy: answer.taintedBy });
  }
}

/** A long one that does not fit is shown by its beginning: what it is to answer needs the room. */
function askedAgain({ budget = Number.POSITIVE_INFINITY }: AgentWork, { messages, text }: AgentAnswer, problems: string[]): ModelMessage[] {
  const said = cutToTokens(text, Math.floor(budget / 8));
  return [...messages.slice(0, -1), { role: "assistant", content: said }, { role: "user", content: unfitAnswer(problems) }];
}

/** Throws where a schema would leave no room for the question that it is the answer's form of. */
export function requireRoomForSchema(budget: number, schema: ArgumentSchema): void {
  const tokens = estimateTokens(JSON.stringify(schema));
  if (tokens <= budget / 3) return;
  throw new RunFailure(
    "schema_too_long",
    `The schema of the answer takes about ${tokens} of the ${budget} tokens that this model is shown. Choose a model that reads more, or a shorter schema.`,
  );
}

function givenUp({ text }: AgentAnswer, problems: readonly string[]): RunFailure {
  return new RunFailure(
    "answer_unfit",
    `The model's answer did not fit the schema in ${MOST_TRIES} tries: ${problems.join("; ")}. What it said last is kept.`,
    { said: text },
  );
}
