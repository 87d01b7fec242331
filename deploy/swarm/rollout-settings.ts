import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import type { RolloutSettings } from "./rollout.ts";
import { RolloutError } from "./rollout-error.ts";
import type { Variables } from "./stack-document.ts";

export interface GivenSettings {
  root: string;
  environment: Variables;
  /** A file of NAME=value lines; what the environment says goes before it. */
  envFile: string | null;
  untestedBecause: string | null;
}

const WAIT_MINUTES = 10;
const LOOK_MS = 1_000;
const BETWEEN_MS = 3_000;
const STACK_NAME = /^[a-z][a-z0-9-]{0,30}$/;

/** What the environment says about the roll-out; docs/deployment.md lists the names. */
export function readSettings({ root, environment, envFile, untestedBecause }: GivenSettings): RolloutSettings {
  const variables: Variables = { ...(envFile ? parseEnv(readFileSync(envFile, "utf8")) : {}), ...environment };
  const stack = variables.CREW_STACK || "crew";
  if (!STACK_NAME.test(stack)) throw refused("CREW_STACK", `"${stack}" is no name of a stack`, "Use small letters, digits and hyphens.");
  const stateFolder = resolve(root, variables.CREW_STATE_DIR || "deploy/.state");
  const secretsFolder = resolve(root, variables.CREW_SECRETS_DIR || join(stateFolder, `${stack}-secrets`));
  const minutes = Number(variables.CREW_ROLLOUT_MINUTES || WAIT_MINUTES);
  if (!(minutes > 0))
    throw refused("CREW_ROLLOUT_MINUTES", `"${variables.CREW_ROLLOUT_MINUTES}" is no number of minutes`, "Write one, such as 10.");
  return {
    root,
    stack,
    stackFile: resolve(root, variables.CREW_STACK_FILE || "deploy/swarm/stack.yaml"),
    stateFolder,
    secretsFolder,
    version: variables.CREW_VERSION || versionOf(root),
    registry: variables.CREW_REGISTRY || null,
    buildOptions: (variables.CREW_BUILD_OPTIONS ?? "").split(/\s+/).filter(Boolean),
    untestedBecause,
    waitMs: minutes * 60_000,
    lookEveryMs: LOOK_MS,
    smoke: {
      url: (variables.CREW_SMOKE_URL || `https://${variables.CREW_DOMAIN || "localhost"}${variables.CREW_HTTPS_SUFFIX ?? ""}`).replace(
        /\/$/,
        "",
      ),
      email: variables.CREW_ADMIN_EMAIL || null,
      passwordFile: resolve(root, variables.CREW_ADMIN_PASSWORD_FILE || join(secretsFolder, "admin_password")),
      tokenFile: variables.CREW_SMOKE_TOKEN_FILE || null,
      caFile: variables.CREW_SMOKE_CA_FILE || null,
      betweenMs: BETWEEN_MS,
    },
    variables: { ...variables, CREW_STACK: stack },
  };
}

const versionOf = (root: string): string => (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version;

const refused = (name: string, why: string, todo: string) => new RolloutError(`${name} cannot be used`, why, "nothing was changed", todo);
