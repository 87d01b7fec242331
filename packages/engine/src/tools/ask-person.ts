import { type EngineTool, ToolInputError } from "../tool.ts";

/** The run waits, holding nothing, until somebody has answered; see `question`. */
export const askPerson: EngineTool = {
  name: "ask_person",
  class: "read",
  description:
    "Asks a person who looks after this work, and waits for the answer, which may take hours. Use it when something is missing that only a person can know or decide. Ask one clear question that can be understood without having read anything else.",
  parameters: {
    type: "object",
    properties: {
      question: { type: "string", maxLength: 4_000, description: "the whole question" },
      choices: {
        type: "array",
        items: { type: "string", maxLength: 200 },
        maxItems: 10,
        description: "answers to choose from, if there are a few likely ones; the person may answer otherwise",
      },
    },
    required: ["question"],
    additionalProperties: false,
  },
  question: ({ question, choices }) => ({
    text: String(question),
    choices: Array.isArray(choices) ? [...new Set(choices.map((choice) => String(choice).trim()).filter(Boolean))] : [],
  }),
  async run({ question }, context) {
    if (String(question).trim() === "") throw new ToolInputError("The question is empty.");
    return context.answer;
  },
};
