import { RunFailure } from "@crew/engine/host";
import type { ModelCallError } from "../../system.ts";
import { isWorthAnotherModel } from "./retry-policy.ts";

/** A model that will not be asked again for this call. Unless another model is, it ends the run. */
export class ModelGaveUp extends RunFailure {
  override name = "ModelGaveUp";
  /** Why, in the words of whoever refused. */
  readonly because: string;
  readonly isWorthAnotherModel: boolean;

  constructor(code: string, message: string, detail: { because: string; isWorthAnotherModel: boolean; cause?: unknown }) {
    super(code, message, { cause: detail.cause });
    this.because = detail.because;
    this.isWorthAnotherModel = detail.isWorthAnotherModel;
  }
}

/** After a last attempt; `why` completes the sentence where it was not simply tried often enough. */
export function gaveUpAfter(
  model: string,
  error: ModelCallError,
  earlier: number,
  giveUp: "enough" | "too_late" | "too_long",
): ModelGaveUp {
  const tries = earlier === 0 ? "" : ` after ${earlier + 1} attempts of this kind`;
  const why = {
    enough: "",
    too_late: " The next attempt would come after the deadline, so it was not waited for.",
    too_long: " It has refused for a day, which is as long as a run without a deadline waits.",
  }[giveUp];
  const message = `The model ${model} could not answer${tries}: ${error.message}${why && !/[.!?]$/.test(error.message) ? "." : ""}${why}`;
  return new ModelGaveUp(`model_${error.failure}`, message, {
    because: error.message,
    isWorthAnotherModel: isWorthAnotherModel(error),
    cause: error,
  });
}
