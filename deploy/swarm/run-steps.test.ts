import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type PretendedEngine, pretendEngine } from "./pretend-engine.ts";
import type { Rollout } from "./rollout.ts";
import { readSettings } from "./rollout-settings.ts";
import { StateFile } from "./rollout-state.ts";
import { runSteps, tellPlan } from "./run-steps.ts";
import { SmokeError } from "./smoke-check.ts";

const STACK = `
services:
  postgres: { image: "local/postgres:1", SERVICE, volumes: ["data:/var/lib/postgresql", TMP], networks: [data], stop_grace_period: 40s, deploy: DATA }
  api: { image: "\${CREW_IMAGE:?}", SERVICE, volumes: [TMP], networks: [app, data], stop_grace_period: 20s, deploy: APP }
  worker: { image: "\${CREW_IMAGE:?}", SERVICE, volumes: [TMP], networks: [app, data], stop_grace_period: 20s, deploy: APP }
  migrate: { image: "\${CREW_IMAGE:?}", SERVICE, volumes: [TMP], networks: [data], stop_grace_period: 20s, deploy: APP }
networks:
  app: { internal: true, driver_opts: { encrypted: "true" } }
  data: { internal: true, driver_opts: { encrypted: "true" } }
volumes: { data: {} }
secrets: { postgres_password: { external: true, name: "\${CREW_STACK}_postgres_password" } }
`
  .replaceAll("TMP", "{ type: tmpfs, target: /tmp }")
  .replaceAll(
    "SERVICE",
    'user: "10001:10001", read_only: true, init: true, cap_drop: [ALL], logging: { options: { max-size: 1m, max-file: "2" } }, healthcheck: { test: [CMD, is-ready], start_period: 1s }',
  )
  .replaceAll(
    "DATA",
    "{ placement: { constraints: [node.role == manager] }, update_config: { order: stop-first, REST }, rollback_config: { order: stop-first }, LIMITS }",
  )
  .replaceAll("APP", "{ update_config: { order: start-first, REST }, rollback_config: { order: start-first }, LIMITS }")
  .replaceAll("REST", "failure_action: rollback, monitor: 5s, max_failure_ratio: 0")
  .replaceAll("LIMITS", 'resources: { limits: { cpus: "1", memory: 256M, pids: 100 } }');

let engine: PretendedEngine;
let lines: string[] = [];
let visits = 0;
let outside: (() => Promise<void>) | undefined;

beforeEach(() => {
  engine = pretendEngine();
  lines = [];
  visits = 0;
  outside = undefined;
  writeFileSync(join(engine.folder, "stack.yaml"), STACK);
});
afterEach(() => engine[Symbol.dispose]());

/** As the command line makes it, in a shell of its own each time. */
function rollout(over: Record<string, string> = {}, untestedBecause: string | null = "this test is of something else"): Rollout {
  const settings = readSettings({
    root: fileURLToPath(new URL("../..", import.meta.url)),
    environment: {
      CREW_STACK: "trial",
      CREW_STACK_FILE: join(engine.folder, "stack.yaml"),
      CREW_STATE_DIR: join(engine.folder, "state"),
      CREW_IMAGE: "crew:1",
      CREW_PROXY_IMAGE: "proxy:1",
      CREW_SMOKE_URL: "http://127.0.0.1:1",
      CREW_ADMIN_EMAIL: "ada@example.org",
      ...over,
    },
    envFile: null,
    untestedBecause,
  });
  return {
    settings: { ...settings, waitMs: 300, lookEveryMs: 5, smoke: { ...settings.smoke, betweenMs: 5 } },
    docker: engine.docker,
    state: new StateFile(settings.stateFolder, settings.stack),
    outside: {
      signIn: async () => ({}),
      check: async () => {
        visits++;
        await outside?.();
      },
    },
    print: (line) => void lines.push(line),
    now: () => new Date(),
  };
}

const deployed = (stack: string) =>
  Object.fromEntries(Object.entries(engine.state().services ?? {}).filter(([name]) => name.startsWith(`${stack}_`)));
const imagesOf = (stack: string) => Object.values(deployed(stack)).map(({ image }) => image);

test("a plan says what each step would do, and does nothing", () => {
  tellPlan(rollout({}, null));
  expect(lines.filter((line) => /^\d\. /.test(line)).map((line) => line.slice(3, 9).trim())).toEqual([
    "build",
    "test",
    "push",
    "deploy",
    "verify",
  ]);
  expect(lines.join("\n")).toContain("CREW_REGISTRY is not set");
  expect(engine.commands()).toEqual([]);
});

test("up tries the images on a throw-away stack, deploys data, migration and the rest in this order, and keeps the release", async () => {
  expect(await runSteps(rollout({}, null), false)).toBe(true);
  expect(visits).toBe(2);
  expect(deployed("trial-check")).toEqual({});
  expect(Object.keys(deployed("trial")).toSorted()).toEqual(["trial_api", "trial_postgres", "trial_worker"]);
  const files = engine.commands().filter((line) => line.startsWith("stack deploy") && line.endsWith(" trial"));
  expect(files.map((line) => /(\w+)\.yaml/.exec(line)?.[1])).toEqual(["data", "migrate", "stack"]);
  const { state } = rollout();
  expect(state.current?.verifiedAt).not.toBeNull();
  expect(state.value.attempt).toBeNull();
  expect(Object.keys(engine.state().secrets ?? {})).toEqual([]);
  expect(Object.keys(engine.state().configs ?? {})).toEqual([]);
});

test.each([
  ["build", { kind: "command", match: "^pull" }],
  ["test", { kind: "task", match: "^trial-check_worker" }],
  ["push", { kind: "command", match: "^node ls" }],
  ["deploy", { kind: "task", match: "^trial_worker" }],
] as const)("what broke off in %s goes on there, and does not repeat what was done", async (step, failure) => {
  engine.change({ fails: [failure] });
  const why = step === "test" ? null : "this test is of something else";
  expect(await runSteps(rollout({}, why), false)).toBe(false);
  expect(lines.join("\n")).toMatch(/What happened .*[\s\S]*What was kept .*[\s\S]*What to do /);
  const before = lines.length;
  engine.change({ fails: [] });
  expect(await runSteps(rollout({}, why), true)).toBe(true);
  const order = ["build", "test", "push", "deploy"];
  const again = lines.slice(before).filter((line) => line.startsWith("  done before"));
  expect(again).toHaveLength(order.indexOf(step));
  expect(rollout().state.value.releases).toHaveLength(1);
});

test("a release that does not work goes back by itself; the database and the next try stay", async () => {
  expect(await runSteps(rollout(), false), lines.join("\n")).toBe(true);
  const first = rollout().state.value.current;
  outside = async () => {
    if (imagesOf("trial").includes("crew:2")) throw new Error("signing in: 500");
  };
  expect(await runSteps(rollout({ CREW_IMAGE: "crew:2" }), false)).toBe(false);
  expect(new Set(imagesOf("trial"))).toEqual(new Set(["local/postgres:1", "crew:1"]));
  const { state } = rollout();
  expect(state.value.current).toBe(first);
  expect(lines.join("\n")).toMatch(/The new release does not work: signing in: 500[\s\S]*Going back to .*[\s\S]*serves again/);

  outside = undefined;
  expect(await runSteps(rollout({ CREW_IMAGE: "crew:2" }), true)).toBe(true);
  expect(new Set(imagesOf("trial"))).toEqual(new Set(["local/postgres:1", "crew:2"]));
  expect(rollout().state.previous?.id).toBe(first);
});

test("an update that the engine takes back, and a migration that fails, bring the release before", async () => {
  expect(await runSteps(rollout(), false), lines.join("\n")).toBe(true);
  engine.change({ fails: [{ kind: "update", match: "^trial_api crew:2" }] });
  expect(await runSteps(rollout({ CREW_IMAGE: "crew:2" }), false)).toBe(false);
  expect(lines.join("\n")).toMatch(/trial_api: the engine took it back[\s\S]*words of trial_api/);
  expect(imagesOf("trial")).not.toContain("crew:2");

  engine.change({ fails: [{ kind: "task", match: "^trial_migrate crew:3", exitCode: 3 }] });
  expect(await runSteps(rollout({ CREW_IMAGE: "crew:3" }), false)).toBe(false);
  expect(lines.join("\n")).toMatch(/The migration failed: task: non-zero exit \(3\)[\s\S]*words of trial_migrate/);
  expect(imagesOf("trial")).not.toContain("crew:3");
});

test("a version is asked before it is deployed over another: remarks are told, and what it cannot stand leaves all as it is", async () => {
  expect(await runSteps(rollout(), false), lines.join("\n")).toBe(true);
  expect(lines.join("\n")).not.toContain("the upgrade");
  engine.change({ fails: [{ kind: "task", match: "^trial_upgrade-check crew:2", exitCode: 1 }] });
  expect(await runSteps(rollout({ CREW_IMAGE: "crew:2" }), false), lines.join("\n")).toBe(true);
  expect(lines.join("\n")).toMatch(/the upgrade goes on with remarks:\n {4}words of trial_upgrade-check/);
  const before = deployed("trial");
  const had = engine.commands().length;
  engine.change({ fails: [{ kind: "task", match: "^trial_upgrade-check crew:3", exitCode: 2 }] });
  expect(await runSteps(rollout({ CREW_IMAGE: "crew:3" }), false)).toBe(false);
  expect(lines.join("\n")).toMatch(/cannot be started on what is there: [\s\S]*words of trial_upgrade-check[\s\S]*nothing was changed/);
  expect(deployed("trial")).toEqual(before);
  const deploys = engine
    .commands()
    .slice(had)
    .filter((line) => line.startsWith("stack deploy"));
  expect(deploys).toEqual([expect.stringContaining("upgrade-check.yaml")]);
});

test("a first release that does not work stays to be looked at", async () => {
  outside = async () => {
    throw new Error("a run: it failed");
  };
  expect(await runSteps(rollout(), false)).toBe(false);
  expect(imagesOf("trial")).toContain("crew:1");
  expect(lines.join("\n")).toContain("There is no release to go back to");
});

test("a password that was changed stops it before anything is touched", async () => {
  expect(await runSteps(rollout(), false), lines.join("\n")).toBe(true);
  const second = rollout({ CREW_IMAGE: "crew:2" });
  second.outside.signIn = async () => {
    throw new SmokeError("401", 401);
  };
  expect(await runSteps(second, false)).toBe(false);
  expect(imagesOf("trial")).not.toContain("crew:2");
  expect(lines.join("\n")).toMatch(/refuses the credentials of the check[\s\S]*nothing was changed/);
});

test("with a registry every image is pushed or fetched, and named by its digest", async () => {
  const registry = { CREW_REGISTRY: "registry.example.org/team", CREW_IMAGE: "", CREW_VERSION: "9.9.9" };
  expect(await runSteps(rollout(registry), false)).toBe(true);
  expect(imagesOf("trial").filter((image) => !/@sha256:[0-9a-f]{64}$/.test(image))).toEqual([]);
  const commands = engine.commands();
  expect(commands.some((line) => /^push registry\.example\.org\/team\/crew:9\.9\.9-[0-9a-f]{12}$/.test(line))).toBe(true);
  expect(commands.filter((line) => line.startsWith("stack deploy")).every((line) => line.includes("--with-registry-auth"))).toBe(true);
});

test("a stack that breaks a rule is not deployed", async () => {
  writeFileSync(join(engine.folder, "stack.yaml"), STACK.replace("cap_drop: [ALL]", "cap_drop: [NET_RAW]"));
  expect(await runSteps(rollout(), false)).toBe(false);
  expect(lines.join("\n")).toMatch(/postgres: cap-drop: cap_drop has no ALL/);
  expect(deployed("trial")).toEqual({});
});

test("two at once: the second is told who holds the stack; what a dead process left is taken over", async () => {
  const held = (host: string, pid: number) => ({
    trial_rollout_lock: {
      ID: "lock1",
      Spec: { Name: "trial_rollout_lock", Labels: { "crew.host": host, "crew.pid": String(pid), "crew.since": "now" } },
    },
  });
  engine.change({ configs: held("another", 4) });
  await expect(runSteps(rollout(), false)).rejects.toThrow(/process 4 on another/);
  expect(deployed("trial")).toEqual({});
  const { hostname } = await import("node:os");
  engine.change({ configs: held(hostname(), process.pid) });
  await expect(runSteps(rollout(), false)).rejects.toThrow(/Another roll-out/);
  // Beyond the largest number that a process can have.
  engine.change({ configs: held(hostname(), 2 ** 30) });
  expect(await runSteps(rollout(), false), lines.join("\n")).toBe(true);
});

test("resume with nothing broken off says so", async () => {
  mkdirSync(join(engine.folder, "state"), { recursive: true });
  expect(await runSteps(rollout(), true)).toBe(false);
  expect(lines.at(-1)).toContain("Nothing was broken off");
});
