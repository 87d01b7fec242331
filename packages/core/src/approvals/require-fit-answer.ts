import { type Approval, DECISIONS_OF, type DecideApproval } from "@crew/contracts/approvals";
import type { Issue } from "@crew/contracts/error-codes";
import { type ArgumentSchema, schemaProblems } from "@crew/engine/json-schema-check";
import { AppError } from "../app-error.ts";

const MAX_ARGUMENT_CHARACTERS = 200_000;

type Asked = Pick<Approval, "kind" | "call"> & { callParameters: Record<string, unknown> | null };

/** Throws `invalid` with what does not fit: the decision to the question, or what it has to come with. */
export function requireFitAnswer(asked: Asked, answer: DecideApproval): void {
  const [first, ...more] = problems(asked, answer);
  if (!first) return;
  throw new AppError("invalid", first.sentence, { issues: [first, ...more].map(({ path, message }) => ({ path, message })) });
}

interface Problem extends Issue {
  sentence: string;
}

function problems({ kind, call, callParameters }: Asked, { decision, feedback, ...given }: DecideApproval): Problem[] {
  const fit: readonly string[] = DECISIONS_OF[kind];
  if (!fit.includes(decision))
    return [problem("decision", `must be one of ${fit.join(", ")}`, `This question takes one of: ${fit.join(", ")}.`)];
  if (decision === "revise" && feedback.trim() === "") return [problem("feedback", "is needed to revise", "Say what should be different.")];
  if (decision === "answer" && feedback.trim() === "") return [problem("feedback", "is the answer", "Write the answer.")];
  const takesOutput = decision === "edit" && kind === "human_input";
  const takesArguments = decision === "edit" && kind === "tool_call";
  if (given.output !== undefined && !takesOutput)
    return [problem("output", "goes with edit of a draft alone", "A text of yours goes with the decision edit, on a draft.")];
  if (given.arguments !== undefined && !takesArguments)
    return [problem("arguments", "go with edit of a call alone", "Arguments go with the decision edit, on a tool's call.")];
  if (takesOutput && (given.output ?? "").trim() === "")
    return [problem("output", "is the text that takes the draft's place", "Send the text that takes the draft's place.")];
  return takesArguments && call ? argumentProblems(given.arguments, callParameters ?? {}) : [];
}

function argumentProblems(args: DecideApproval["arguments"], schema: Record<string, unknown>): Problem[] {
  if (args === undefined) return [problem("arguments", "are all arguments of the call", "Send all arguments of the call.")];
  if (JSON.stringify(args).length > MAX_ARGUMENT_CHARACTERS)
    return [problem("arguments", "are too long", `Arguments have at most ${MAX_ARGUMENT_CHARACTERS} characters as JSON.`)];
  return schemaProblems(schema as ArgumentSchema, args).map((words) =>
    problem("arguments", words, "These arguments do not fit the tool, so the call still waits."),
  );
}

function problem(path: string, message: string, sentence: string): Problem {
  return { path, message, sentence };
}
