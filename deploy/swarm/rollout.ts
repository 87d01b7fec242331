import type { Attempt, StateFile } from "./rollout-state.ts";
import type { Docker } from "./run-docker.ts";
import type { signIn, smokeCheck } from "./smoke-check.ts";
import type { StackDocument, Variables } from "./stack-document.ts";

export type StepName = "build" | "test" | "push" | "deploy" | "verify";

/** What an operator has said, read once. */
export interface RolloutSettings {
  /** Root of this repository: the context of the build. */
  root: string;
  stack: string;
  stackFile: string;
  /** Releases, the state and the secrets' files. */
  stateFolder: string;
  secretsFolder: string;
  version: string;
  /** `null`: images stay on this engine. */
  registry: string | null;
  buildOptions: string[];
  /** Why the images are not tried before they are deployed; `null`: they are. */
  untestedBecause: string | null;
  /** How long services may take to be there. */
  waitMs: number;
  lookEveryMs: number;
  smoke: SmokeSettings;
  /** All of the environment, for the stack file. */
  variables: Variables;
}

export interface SmokeSettings {
  url: string;
  email: string | null;
  passwordFile: string;
  /** Of a token to use in place of signing in. */
  tokenFile: string | null;
  /** Certificate authority of an installation that has no public one. */
  caFile: string | null;
  /** Between two tries at a release that is just coming up. */
  betweenMs: number;
}

export interface Rollout {
  settings: RolloutSettings;
  docker: Docker;
  state: StateFile;
  /** How an installation is looked at from outside. */
  outside: { signIn: typeof signIn; check: typeof smokeCheck };
  print(line: string): void;
  now(): Date;
}

export interface StepResult {
  outcome: "done" | "skipped";
  /** In a few words: what came of it, or why it was skipped. */
  note: string;
  outputs?: Record<string, string>;
}

/** One of the five. Each can be asked what it would do, and done anew without harm. */
export interface Step {
  name: StepName;
  plan(rollout: Rollout): string[];
  /** Everything that its result depends on. */
  inputs(rollout: Rollout, attempt: Attempt): Promise<unknown>;
  /** Whether what it left behind last time is still there; absent: it is. */
  isStillThere?(rollout: Rollout, outputs: Record<string, string>): Promise<boolean>;
  run(rollout: Rollout, attempt: Attempt): Promise<StepResult>;
}

/** The stack's own name for a service. */
export const fullName = (stack: string, service: string): string => `${stack}_${service}`;

/** Holds data: it is there before the migration, and everything else after. */
export const DATA_SERVICES = ["postgres", "redis"];
export const MIGRATION = "migrate";

export const servicesBeside = (document: StackDocument, ...names: string[]): StackDocument => ({
  ...document,
  services: Object.fromEntries(Object.entries(document.services).filter(([name]) => !names.includes(name))),
});

export const onlyServices = (document: StackDocument, ...names: string[]): StackDocument => ({
  ...document,
  services: Object.fromEntries(Object.entries(document.services).filter(([name]) => names.includes(name))),
});
