import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Check, tellCheck } from "./check-list.ts";
import { examine } from "./doctor.ts";
import type { Rollout } from "./rollout.ts";
import { RolloutError, tellError } from "./rollout-error.ts";
import { lockStack } from "./rollout-lock.ts";
import { readSettings } from "./rollout-settings.ts";
import { StateFile } from "./rollout-state.ts";
import { DockerError, runDocker } from "./run-docker.ts";
import { runSteps, tellPlan } from "./run-steps.ts";
import { signIn, smokeCheck } from "./smoke-check.ts";
import { auditFile } from "./stack-audit.ts";
import { readStack, type StackDocument, StackFileError } from "./stack-document.ts";
import { rollBack } from "./steps/roll-back.ts";
import { initSecrets } from "./swarm-secrets.ts";
import { tellStatus } from "./tell-status.ts";

const USAGE = `npm run deploy:swarm -- <command>
  doctor          what is missing on this host and in this swarm; changes nothing
  secrets init    make the secrets that the swarm lacks, or take them from files
  audit [file]    hold the stack file against the rules
  plan            what up would do
  up              build, test, push, deploy, verify; --dry-run is plan, --without-test "reason" leaves the trial out
  resume          go on with what was broken off
  status          releases, services, what was broken off
  rollback        back to the release before; --to <id> to another one that was kept
Every command takes --env <file> with NAME=value lines; docs/deployment.md lists the names.`;

/** The whole of the command line; resolves with the exit code. */
export async function deploySwarm(words: string[], environment: NodeJS.ProcessEnv, print: (line: string) => void): Promise<number> {
  try {
    return (await act(words, environment, print)) ? 0 : 1;
  } catch (error) {
    if (error instanceof RolloutError) print(tellError(error));
    else if (error instanceof StackFileError || error instanceof DockerError || isOfArguments(error)) print((error as Error).message);
    else throw error;
    return 1;
  }
}

const isOfArguments = (error: unknown) => (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS") ?? false;

async function act(words: string[], environment: NodeJS.ProcessEnv, print: (line: string) => void): Promise<boolean> {
  const [command = "help", ...rest] = words;
  const { values, positionals } = parseArgs({
    args: rest,
    allowPositionals: true,
    strict: command !== "audit",
    options: {
      env: { type: "string" },
      to: { type: "string" },
      "dry-run": { type: "boolean" },
      "without-test": { type: "string" },
    },
  });
  const text = (value: string | boolean | undefined) => (typeof value === "string" ? value : null);
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const settings = readSettings({ root, environment, envFile: text(values.env), untestedBecause: text(values["without-test"]) });
  const rollout: Rollout = {
    settings,
    docker: (parameters, timeoutMs) => runDocker(parameters, { env: environment, timeoutMs }),
    state: new StateFile(settings.stateFolder, settings.stack),
    outside: { signIn, check: smokeCheck },
    print,
    now: () => new Date(),
  };
  switch (command) {
    case "doctor":
      return tellChecks(rollout);
    case "secrets":
      return makeSecrets(rollout, positionals);
    case "audit":
      return auditFile(rest, { path: settings.stackFile, variables: forReading(rollout) }, print);
    case "plan":
      tellPlan(rollout);
      return true;
    case "up":
      if (values["dry-run"]) tellPlan(rollout);
      return values["dry-run"] ? true : (await isReady(rollout)) && runSteps(rollout, false);
    case "resume":
      return runSteps(rollout, true);
    case "status":
      await tellStatus(rollout);
      return true;
    case "rollback":
      return goBack(rollout, text(values.to));
    default:
      print(USAGE);
      return command === "help";
  }
}

const NOT_BUILT = `not-built@sha256:${"0".repeat(64)}`;

/** For commands that only read the file: what is not known yet is filled with what passes for it. */
const forReading = ({ settings }: Rollout) => ({
  CREW_IMAGE: NOT_BUILT,
  CREW_PROXY_IMAGE: NOT_BUILT,
  CREW_POSTGRES_IMAGE: NOT_BUILT,
  CREW_REDIS_IMAGE: NOT_BUILT,
  CREW_DOMAIN: "crews.example.org",
  CREW_ADMIN_EMAIL: "you@example.org",
  ...settings.variables,
  CREW_VERSION: settings.version,
});

async function tellChecks(rollout: Rollout): Promise<boolean> {
  const checks = await checksOf(rollout);
  for (const check of checks) rollout.print(tellCheck(check));
  const failed = checks.filter(({ state }) => state === "fail").length;
  rollout.print(failed === 0 ? "Nothing stands in the way." : `${failed} to put right before a roll-out.`);
  return failed === 0;
}

/** What the doctor would not let pass is told before anything is built. */
async function isReady(rollout: Rollout): Promise<boolean> {
  const failed = (await checksOf(rollout)).filter(({ state }) => state === "fail");
  for (const check of failed) rollout.print(tellCheck(check));
  if (failed.length > 0) rollout.print("Nothing was changed. Put this right and start again.");
  return failed.length === 0;
}

function checksOf(rollout: Rollout): Promise<Check[]> {
  const { settings, docker } = rollout;
  const stack = existsSync(settings.stackFile) ? readStack(settings.stackFile, forReading(rollout)) : null;
  return examine({
    docker,
    stack: settings.stack,
    secretNames: Object.keys(stack?.secrets ?? {}),
    constraints: Object.values(stack?.services ?? {}).flatMap((service) => service.deploy?.placement?.constraints ?? []),
    ports: [...new Set(portsOf(stack))],
    variables: settings.variables,
    hostRoot: "/",
  });
}

const portsOf = (stack: StackDocument | null): number[] =>
  Object.values(stack?.services ?? {}).flatMap(({ ports = [] }) =>
    ports.flatMap((port) => (typeof port === "object" ? (port.published ?? []) : Number(port.split(":")[0]))),
  );

async function makeSecrets(rollout: Rollout, [what]: string[]): Promise<boolean> {
  const { settings, docker, print } = rollout;
  if (what !== "init") {
    print("deploy:swarm -- secrets init makes what is missing. Nothing shows or changes a secret that is there.");
    return false;
  }
  const names = Object.keys(readStack(settings.stackFile, forReading(rollout)).secrets ?? {});
  await using _lock = await lockStack(docker, settings.stack, rollout.now());
  const notes = await initSecrets({ stack: settings.stack, folder: settings.secretsFolder, docker }, names);
  for (const note of notes) print(`${note.what.padEnd(9)}  ${settings.stack}_${note.name}`);
  if (notes.some((note) => note.what !== "kept"))
    print(
      `Their values lie in ${settings.secretsFolder}, for you alone. Take master_key and backup_key to another place: without the first the stored keys of model providers cannot be read, without the second no backup. admin_password signs in ${settings.smoke.email ?? "CREW_ADMIN_EMAIL"}.`,
    );
  return true;
}

async function goBack(rollout: Rollout, id: string | null): Promise<boolean> {
  const { state, settings, docker, print } = rollout;
  const { attempt } = state.value;
  const brokenOff = attempt?.steps.push && !attempt.isUndone ? state.current : undefined;
  const release = id ? state.value.releases.find((one) => one.id === id) : (brokenOff ?? state.previous);
  if (!release) {
    print(id ? `No release ${id} was kept: deploy:swarm -- status lists them.` : "No earlier release that worked was kept.");
    return false;
  }
  await using _lock = await lockStack(docker, settings.stack, rollout.now());
  await rollBack(rollout, release);
  print("The database keeps what was migrated, which the older version does not mind.");
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // Who read along has gone, as in `| head`: a roll-out goes on unheard rather than half.
  process.stdout.on("error", () => {});
  process.exitCode = await deploySwarm(process.argv.slice(2), process.env, (line) => process.stdout.write(`${line}\n`));
}
