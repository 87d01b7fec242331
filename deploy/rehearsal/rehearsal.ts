import type { FakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import type { Engine } from "./open-engine.ts";
import type { Report } from "./rehearsal-report.ts";
import type { RehearsalStack } from "./rehearsal-stack.ts";

/** How long the model takes for each piece of an answer. */
export const ANSWER = { tokenDelayMs: 20 };

/** What every part of a rehearsal works with. */
export interface Rehearsal {
  engine: Engine;
  stack: RehearsalStack;
  provider: FakeProvider;
  report: Report;
  /** Signs in as the owner. */
  headers(): Promise<Record<string, string>>;
}
