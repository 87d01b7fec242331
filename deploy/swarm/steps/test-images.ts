import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bringUp, removeContainers } from "../bring-up.ts";
import { type CheckStackOptions, checkStackOf } from "../check-stack.ts";
import { renderStack } from "../render-stack.ts";
import type { Rollout, Step } from "../rollout.ts";
import { RolloutError } from "../rollout-error.ts";
import type { Docker } from "../run-docker.ts";
import type { SmokeTarget } from "../smoke-check.ts";
import type { StackDocument } from "../stack-document.ts";
import { initSecrets } from "../swarm-secrets.ts";
import { variablesFor } from "./roll-out.ts";

const EMAIL = "check@example.org";
const REMOVED_WITHIN_MS = 60_000;

/** The images at work before anything real is touched: the same stack in small, migrated, signed in to, and a run on it. */
export const testImages: Step = {
  name: "test",
  plan: ({ settings }) =>
    settings.untestedBecause
      ? [`nothing: ${settings.untestedBecause}`]
      : [`deploy the throw-away stack ${checkName(settings.stack)} of the same images with data of its own, use it, and remove it`],

  inputs: async ({ settings }, attempt) => [attempt.steps.build?.outputs, readFileSync(settings.stackFile, "utf8")],

  async run(rollout, attempt) {
    const { settings, docker } = rollout;
    if (settings.untestedBecause) return { outcome: "skipped", note: settings.untestedBecause };
    const stack = checkName(settings.stack);
    const folder = mkdtempSync(join(tmpdir(), "crew-check-"));
    try {
      const variables = { ...variablesFor(rollout, attempt), CREW_STACK: stack, CREW_DOMAIN: "localhost" };
      const document = renderStack({ stackFile: settings.stackFile, stack, variables, folder });
      if (!document.services.postgres)
        return { outcome: "skipped", note: "the database is not the stack's own, and a trial must not write into the real one" };
      await removeCheck(docker, stack);
      await useCheck(rollout, stack, document, folder);
    } finally {
      await removeCheck(docker, stack);
      rmSync(folder, { recursive: true, force: true });
    }
    return { outcome: "done", note: "the images work" };
  },
};

const checkName = (stack: string) => `${stack}-check`;

async function useCheck(rollout: Rollout, stack: string, document: StackDocument, folder: string): Promise<void> {
  const { settings, docker, print } = rollout;
  const doors = { api: await freePort(), chatbot: await freePort(), web: await freePort() };
  const host = hostOf(settings.variables.DOCKER_HOST);
  const publicUrl = `http://${host}:${doors.api}`;
  const nodeId = await docker(["info", "--format", "{{.Swarm.NodeID}}"]);
  const check = checkStackOf(document, { stack, nodeId, doors, publicUrl, email: EMAIL } satisfies CheckStackOptions);
  const secrets = await throwAwaySecrets(docker, stack, Object.keys(check.secrets ?? {}), folder);
  try {
    await bringUp(rollout, { stack, document: check, folder, isFromRegistry: settings.registry !== null });
    const target: SmokeTarget = {
      publicUrl,
      apiUrl: publicUrl,
      socketUrl: `ws://${host}:${doors.chatbot}/ws`,
      webUrl: `http://${host}:${doors.web}/`,
      token: null,
      account: { email: EMAIL, password: secrets.password },
      waitMs: 60_000,
      tell: (line) => print(`  ${line}`),
    };
    await rollout.outside.check(target);
  } catch (error) {
    throw new RolloutError(
      "The images do not work",
      error instanceof RolloutError ? `${error.what}: ${error.why}` : (error as Error).message,
      "the stack that serves was not touched, the throw-away stack is removed",
      'Put right what it says, and run deploy:swarm -- resume. Without this trial: --without-test "the reason".',
      { cause: error },
    );
  }
}

/** Random ones of the same names; for what others give, such as keys of model providers, something that looks like one. */
async function throwAwaySecrets(docker: Docker, stack: string, names: string[], folder: string): Promise<{ password: string }> {
  const files = join(folder, "secrets");
  mkdirSync(files, { mode: 0o700 });
  const password = randomBytes(18).toString("hex");
  writeFileSync(join(files, "admin_password"), password, { mode: 0o600 });
  const known = /^(auth_secret|master_key|backup_key|postgres_password|redis_password|admin_password|database_url|redis_url)$/;
  for (const name of names.filter((one) => !known.test(one)))
    writeFileSync(join(files, name), randomBytes(24).toString("hex"), { mode: 0o600 });
  await initSecrets({ stack, folder: files, docker }, names);
  return { password };
}

/** All that the throw-away stack is made of, also of one that was broken off. */
async function removeCheck(docker: Docker, stack: string): Promise<void> {
  const lines = async (words: string[]) => (await docker(words).catch(() => "")).split("\n").filter(Boolean);
  const label = `label=com.docker.stack.namespace=${stack}`;
  await docker(["stack", "rm", stack]).catch(() => undefined);
  // The containers are gone a little later than the services, and hold the volumes until then.
  for (const end = Date.now() + REMOVED_WITHIN_MS; Date.now() < end; await sleep(500)) {
    if ((await lines(["ps", "--quiet", "--filter", label])).length === 0) break;
  }
  await removeContainers(docker, label);
  for (const [kind, names] of [
    ["volume", await lines(["volume", "ls", "--quiet", "--filter", label])],
    ["network", await lines(["network", "ls", "--quiet", "--filter", label])],
    ["config", await lines(["config", "ls", "--quiet", "--filter", label])],
    ["secret", (await lines(["secret", "ls", "--format", "{{.Name}}"])).filter((name) => name.startsWith(`${stack}_`))],
  ] as const) {
    if (names.length > 0) await docker([kind, "rm", ...names]).catch(() => undefined);
  }
}

/** Ports of containers are on the host of the engine. */
function hostOf(dockerHost: string | undefined): string {
  const url = dockerHost && !dockerHost.startsWith("unix:") ? new URL(dockerHost) : null;
  return url?.hostname || "127.0.0.1";
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "0.0.0.0", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
