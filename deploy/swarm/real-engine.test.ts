import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { removeContainers } from "./bring-up.ts";
import { examine } from "./doctor.ts";
import type { Rollout } from "./rollout.ts";
import { readSettings } from "./rollout-settings.ts";
import { StateFile } from "./rollout-state.ts";
import { runDocker } from "./run-docker.ts";
import { runSteps } from "./run-steps.ts";

/** The roll-out on an engine that is there: a swarm of one node, and any image with a shell, by `CREW_TEST_ENGINE_IMAGE`. */

const image = process.env.CREW_TEST_ENGINE_IMAGE ?? "crew-base/debian:local";
const why = await reason();
const stack = `rollout-${randomBytes(3).toString("hex")}`;
const folder = mkdtempSync(join(tmpdir(), "crew-engine-"));
const lines: string[] = [];

async function reason(): Promise<string | null> {
  try {
    const state = await runDocker(["info", "--format", "{{.Swarm.ControlAvailable}}"], { timeoutMs: 10_000 });
    if (state !== "true") return "the engine is no manager of a swarm";
    await runDocker(["image", "inspect", image]);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const service = `user: "10001:10001", read_only: true, init: true, cap_drop: [ALL], stop_grace_period: 40s,
    logging: { options: { max-size: 1m, max-file: "2" } }, healthcheck: { test: [CMD-SHELL, "test -e /tmp/ready"], interval: 1s, start_period: 1s }`;
const deploy = (order: string) => `resources: { limits: { cpus: "0.5", memory: 32M, pids: 20 } }, restart_policy: { delay: 1s },
      endpoint_mode: dnsrr, update_config: { order: ${order}, failure_action: rollback, monitor: 3s, max_failure_ratio: 0 }, rollback_config: { order: ${order}, monitor: 1s }`;
const STACK = `
version: "3.9"
services:
  postgres: { image: "${image}", ${service}, command: ["sh", "-c", "touch /tmp/ready; exec sleep 3600"], volumes: ["data:/data", { type: tmpfs, target: /tmp }], networks: [data],
    deploy: { placement: { constraints: [node.role == manager] }, ${deploy("stop-first")} } }
  api: { image: "\${CREW_IMAGE:?}", ${service}, command: ["sh", "-c", "$$\${NOTHING:-true}; \${TRIAL_COMMAND:?}"], networks: [data], volumes: [{ type: tmpfs, target: /tmp }],
    configs: [{ source: words, target: /words }], secrets: [{ source: admin_password, target: admin_password, uid: "10001", mode: 0400 }], deploy: { replicas: 2, ${deploy("start-first")} } }
  migrate: { image: "\${CREW_IMAGE:?}", ${service}, entrypoint: ["sh", "-c", "if [ $$1 = upgrade ]; then echo Go ahead.; else echo Applied 0001.; \${TRIAL_MIGRATION:-true}; fi", crew], command: [migrate], networks: [data], volumes: [{ type: tmpfs, target: /tmp }],
    deploy: { mode: replicated-job, resources: { limits: { cpus: "0.5", memory: 32M, pids: 20 } } } }
networks:
  data: { internal: true, driver_opts: { encrypted: "true" } }
volumes: { data: {} }
configs: { words: { file: ./words.txt } }
secrets: { admin_password: { external: true, name: "\${CREW_STACK}_admin_password" } }
`;

beforeAll(async () => {
  if (why) return;
  writeFileSync(join(folder, "stack.yaml"), STACK);
  writeFileSync(join(folder, "words.txt"), "first");
  await Promise.all([1, 2, 3].map((tag) => runDocker(["tag", image, `${stack}:${tag}`])));
  const file = join(folder, "password");
  writeFileSync(file, "correct horse battery");
  await runDocker(["secret", "create", `${stack}_admin_password`, file]);
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  if (why) return;
  const quietly = (words: string[]) => runDocker(words).catch(() => "");
  await quietly(["stack", "rm", stack]);
  const label = `label=com.docker.stack.namespace=${stack}`;
  while ((await quietly(["ps", "--quiet", "--filter", label])) !== "") await sleep(500);
  await removeContainers((words) => runDocker(words), label);
  await quietly(["volume", "rm", `${stack}_data`]);
  await quietly(["secret", "rm", `${stack}_admin_password`]);
  await quietly(["rmi", `${stack}:1`, `${stack}:2`, `${stack}:3`]);
}, 120_000);

function rollout(over: Record<string, string>): Rollout {
  const settings = readSettings({
    root: fileURLToPath(new URL("../..", import.meta.url)),
    environment: {
      CREW_STACK: stack,
      CREW_STACK_FILE: join(folder, "stack.yaml"),
      CREW_PROXY_IMAGE: image,
      CREW_STATE_DIR: join(folder, "state"),
      TRIAL_COMMAND: "touch /tmp/ready; test -s /run/secrets/admin_password && exec sleep 3600",
      ...over,
    },
    envFile: null,
    untestedBecause: "the images are no platform",
  });
  return {
    settings: { ...settings, waitMs: 90_000 },
    docker: (parameters) => runDocker(parameters),
    state: new StateFile(settings.stateFolder, settings.stack),
    outside: { signIn: async () => ({}), check: async () => undefined },
    print: (line) => void lines.push(line),
    now: () => new Date(),
  };
}

const running = async () =>
  (
    await runDocker(["service", "ps", "--filter", "desired-state=running", "--format", "{{.Image}} {{.CurrentState}}", `${stack}_api`])
  ).split("\n");

test.skipIf(why !== null)(
  `a stack comes up, is updated, and goes back from a release that cannot start${why ? ` (skipped: ${why})` : ""}`,
  async () => {
    expect(await runSteps(rollout({ CREW_IMAGE: `${stack}:1` }), false), lines.join("\n")).toBe(true);
    expect(lines.join("\n")).toContain("migrated: Applied 0001.");
    expect(lines.join("\n")).not.toContain("the upgrade was asked");
    expect(await running()).toEqual(Array(2).fill(expect.stringMatching(new RegExp(`^${stack}:1 Running`))));
    const first = rollout({}).state.value.current;

    writeFileSync(join(folder, "words.txt"), "second");
    expect(await runSteps(rollout({ CREW_IMAGE: `${stack}:2` }), false), lines.join("\n")).toBe(true);
    expect(await running()).toEqual(Array(2).fill(expect.stringMatching(new RegExp(`^${stack}:2 Running`))));
    expect(lines.join("\n")).toContain("the upgrade was asked: Go ahead.");
    const second = rollout({}).state.value.current;
    expect(second).not.toBe(first);

    const broken = { CREW_IMAGE: `${stack}:3`, TRIAL_COMMAND: "echo out of order; exit 1" };
    expect(await runSteps(rollout(broken), false)).toBe(false);
    expect(lines.join("\n")).toMatch(/Services did not come up: .*_api: the engine took it back[\s\S]*out of order[\s\S]*serves again/);
    expect(await running()).toEqual(Array(2).fill(expect.stringMatching(new RegExp(`^${stack}:2 Running`))));

    expect(await runSteps(rollout({ CREW_IMAGE: `${stack}:3`, TRIAL_MIGRATION: "exit 3" }), false)).toBe(false);
    expect(lines.join("\n")).toMatch(/The migration failed: .*non-zero exit \(3\)[\s\S]*Applied 0001/);
    expect(rollout({}).state.value.current).toBe(second);
  },
  300_000,
);

test.skipIf(why !== null)(`the doctor reads the engine${why ? ` (skipped: ${why})` : ""}`, async () => {
  const checks = await examine({
    docker: (parameters) => runDocker(parameters),
    stack,
    secretNames: ["admin_password", "master_key"],
    constraints: ["node.labels.nobody-has-this == true"],
    ports: [],
    variables: { CREW_DOMAIN: "localhost", DOCKER_HOST: process.env.DOCKER_HOST },
    hostRoot: "/",
  });
  const stateOf = (name: string) => checks.find((check) => check.name === name)?.state;
  expect(["engine", "swarm", "clock: engine", "name"].map(stateOf)).toEqual(["ok", "ok", "ok", "ok"]);
  expect(stateOf("node labels")).toBe("fail");
  expect(checks.find(({ name }) => name === "secrets")).toMatchObject({ state: "fail", found: "missing: master_key" });
});
