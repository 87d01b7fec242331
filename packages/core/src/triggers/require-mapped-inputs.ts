import type { TriggerMapping } from "@crew/contracts/trigger-mapping";
import { AppError } from "../app-error.ts";

/** Throws `invalid` for a mapping with which no event could ever start the crew. */
export function requireMappedInputs(placeholders: readonly string[], { inputs }: TriggerMapping): void {
  const missing = placeholders.filter((name) => !Object.hasOwn(inputs, name));
  if (missing.length === 0) return;
  const issues = missing.map((name) => ({
    path: `mapping.inputs.${name}`,
    message: "The crew's texts use this input; say where it comes from.",
  }));
  throw new AppError("invalid", `The mapping leaves out what the crew needs: ${missing.join(", ")}.`, { issues });
}
