import { type EngineTool, ToolInputError } from "../tool.ts";
import { ArithmeticError, evaluate, printNumber } from "./arithmetic.ts";

export const calculator: EngineTool = {
  name: "calculator",
  class: "read",
  description:
    "Calculates an expression exactly: + - * / % ^ and brackets, percent (15% of 80), sqrt abs round floor ceil min max sum avg, pi and e. Numbers without thousands separators.",
  parameters: {
    type: "object",
    properties: { expression: { type: "string", maxLength: 1_000, description: "for example (1200 - 950) / 950 * 100" } },
    required: ["expression"],
    additionalProperties: false,
  },
  async run(args) {
    const expression = String(args.expression).trim();
    try {
      return `${expression} = ${printNumber(evaluate(expression))}`;
    } catch (error) {
      if (error instanceof ArithmeticError)
        throw new ToolInputError(`${JSON.stringify(expression)} cannot be calculated: ${error.message}.`);
      throw error;
    }
  },
};
