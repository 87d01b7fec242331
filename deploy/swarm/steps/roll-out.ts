import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bringUp } from "../bring-up.ts";
import { renderStack } from "../render-stack.ts";
import type { Rollout, Step } from "../rollout.ts";
import { RolloutError } from "../rollout-error.ts";
import type { Attempt } from "../rollout-state.ts";
import { SmokeError } from "../smoke-check.ts";
import { smokeTarget } from "../smoke-target.ts";
import { auditStack, tellFinding } from "../stack-audit.ts";
import type { StackDocument } from "../stack-document.ts";

/** Checks what is to be deployed, deploys it, and keeps it as a release. */
export const rollOut: Step = {
  name: "deploy",
  plan: ({ settings, state }) => [
    `audit ${settings.stackFile}`,
    "ask the new version what it thinks of the database that is there: crew upgrade --check",
    "deploy postgres and redis, where they are the stack's own, and wait for them",
    "run the migration once, and wait for its end",
    `docker stack deploy ${settings.stack}, and wait until every task is of the new release`,
    state.current ? `the release ${state.current.id} is kept to go back to` : "there is no release to go back to yet",
  ],

  inputs: async ({ settings }, attempt) => [
    [attempt.steps.build?.outputs, attempt.steps.push?.outputs],
    existsSync(settings.stackFile) ? readFileSync(settings.stackFile, "utf8") : null,
    switchesOf(settings.variables),
  ],

  async run(rollout, attempt) {
    const { settings, state, print } = rollout;
    const folder = join(settings.stateFolder, settings.stack, attempt.id);
    const document = withDigests(
      renderStack({ stackFile: settings.stackFile, stack: settings.stack, variables: variablesFor(rollout, attempt), folder }),
      attempt.steps.push?.outputs ?? {},
    );
    requireCleanAudit(rollout, document);
    await requireCredentials(rollout);
    state.saveRelease({
      id: attempt.id,
      version: attempt.version,
      image: document.services.api?.image ?? "",
      file: join(folder, "stack.yaml"),
      deployedAt: rollout.now().toISOString(),
      verifiedAt: null,
    });
    await bringUp(rollout, { stack: settings.stack, document, folder, isFromRegistry: settings.registry !== null });
    print(`  every task is of ${attempt.id}`);
    return { outcome: "done", note: `release ${attempt.id}` };
  },
};

export function variablesFor({ settings }: Pick<Rollout, "settings">, attempt: Attempt): Record<string, string | undefined> {
  return { ...settings.variables, CREW_STACK: settings.stack, CREW_VERSION: attempt.version, ...attempt.steps.build?.outputs };
}

/** All that the stack file may ask for; the rest of the environment changes with every shell. */
const switchesOf = (variables: Record<string, string | undefined>) =>
  Object.entries(variables)
    .filter(([name]) => name.startsWith("CREW_"))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

function withDigests(document: StackDocument, digests: Record<string, string>): StackDocument {
  const services = Object.entries(document.services).map(([name, service]) => [
    name,
    { ...service, image: digests[service.image ?? ""] ?? service.image },
  ]);
  return { ...document, services: Object.fromEntries(services) };
}

function requireCleanAudit({ settings }: Rollout, document: StackDocument): void {
  const findings = auditStack(document, { allowsLocalImages: settings.registry === null });
  if (findings.length === 0) return;
  throw new RolloutError(
    "The stack was not deployed",
    [`${findings.length} rules are broken`, ...findings.map((finding) => `    ${tellFinding(finding)}`)].join("\n"),
    "nothing was changed",
    "Put the file right and run deploy:swarm -- resume.",
  );
}

/** A password that was changed meanwhile must not look like a release that does not work. */
async function requireCredentials(rollout: Rollout): Promise<void> {
  if (!rollout.state.current) return;
  try {
    await rollout.outside.signIn(await smokeTarget(rollout));
  } catch (error) {
    // Only a clear no: an installation that does not answer is perhaps what this release puts right.
    if (!(error instanceof SmokeError) || (error.status !== 401 && error.status !== 403)) return;
    throw new RolloutError(
      "The new release could not be verified",
      `the running one refuses the credentials of the check: ${error.message}`,
      "nothing was changed",
      `Put the admin's present password into ${rollout.settings.smoke.passwordFile}, or name a token by CREW_SMOKE_TOKEN_FILE; then run deploy:swarm -- resume.`,
      { cause: error },
    );
  }
}
