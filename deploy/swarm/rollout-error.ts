/** A step that went wrong, in the order in which whoever reads it needs it. */
export class RolloutError extends Error {
  override name = "RolloutError";
  readonly what: string;
  readonly why: string;
  readonly kept: string;
  readonly todo: string;

  constructor(what: string, why: string, kept: string, todo: string, options?: ErrorOptions) {
    super(`${what}: ${why}`, options);
    this.what = what;
    this.why = why;
    this.kept = kept;
    this.todo = todo;
  }
}

export function tellError(error: RolloutError): string {
  return [`What happened  ${error.what}: ${error.why}`, `What was kept  ${error.kept}`, `What to do     ${error.todo}`].join("\n");
}
