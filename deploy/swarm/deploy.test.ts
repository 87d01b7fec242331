import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deploySwarm } from "./deploy.ts";
import { type PretendedEngine, pretendEngine } from "./pretend-engine.ts";
import { type Release, StateFile } from "./rollout-state.ts";

/** The words of the command line; what a roll-out does stands in run-steps.test.ts. */

let engine: PretendedEngine;
let lines: string[] = [];
beforeEach(() => {
  engine = pretendEngine();
  lines = [];
});
afterEach(() => engine[Symbol.dispose]());

const state = () => join(engine.folder, "state");
const run = (...words: string[]) =>
  deploySwarm(
    words,
    { ...engine.environment, CREW_STACK: "trial", CREW_STATE_DIR: state(), CREW_DOMAIN: "localhost", CREW_ADMIN_EMAIL: "ada@example.org" },
    (line) => void lines.push(line),
  );

/** A release as a roll-out has left it. */
function keep(id: string, image: string, verifiedAt: string | null): Release {
  const folder = join(state(), "trial", id);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "stack.yaml");
  writeFileSync(file, JSON.stringify({ services: { api: { image } } }));
  return { id, version: "1", image, file, deployedAt: "2026-01-01T00:00:00Z", verifiedAt };
}

function keepThree(): StateFile {
  const file = new StateFile(state(), "trial");
  file.save({ current: "c", releases: [keep("c", "crew:3", "now"), keep("b", "crew:2", null), keep("a", "crew:1", "now")] });
  return file;
}
const running = () => engine.state().services?.trial_api?.image;

test("no command, an unknown one and a wrong option say what there is", async () => {
  expect(await run("help")).toBe(0);
  expect(lines.join("\n")).toMatch(/doctor .*[\s\S]*rollback/);
  expect(await run("explode")).toBe(1);
  expect(await run("plan", "--sideways")).toBe(1);
  expect(lines.at(-1)).toMatch(/Unknown option '--sideways'/);
  expect(engine.commands()).toEqual([]);
});

test("plan and up --dry-run of our own stack ask the engine nothing", async () => {
  expect(await run("plan")).toBe(0);
  const planned = lines;
  lines = [];
  expect(await run("up", "--dry-run")).toBe(0);
  expect(lines).toEqual(planned);
  expect(lines.join("\n")).toMatch(/docker build -f deploy\/Dockerfile -t crew:0\.1\.0-[0-9a-f]{12}/);
  expect(engine.commands()).toEqual([]);
});

test("up stops before it builds anything where the doctor would not let it pass", async () => {
  engine.change({
    info: {
      ServerVersion: "28.2.2",
      KernelVersion: "6.1",
      DockerRootDir: "/",
      Swarm: { LocalNodeState: "inactive", ControlAvailable: false },
    },
  });
  expect(await run("up")).toBe(1);
  expect(lines.join("\n")).toMatch(/FAIL {2}swarm .*docker swarm init[\s\S]*Nothing was changed/);
  expect(engine.commands()).toEqual(["info --format {{json .}}"]);
});

test("rollback goes to the newest release before that has worked, or to the one that is named", async () => {
  keepThree();
  expect(await run("rollback")).toBe(0);
  expect(running()).toBe("crew:1");
  expect(new StateFile(state(), "trial").value.current).toBe("a");
  expect(await run("rollback", "--to", "c")).toBe(0);
  expect(running()).toBe("crew:3");
  expect(await run("rollback", "--to", "z")).toBe(1);
  expect(lines.at(-1)).toContain("No release z was kept");
  expect(running()).toBe("crew:3");
});

test("rollback after a roll-out that broke off puts back what served before it", async () => {
  const file = keepThree();
  const push = { outcome: "skipped" as const, note: "", inputs: "", endedAt: "" };
  file.save({ attempt: { id: "d", version: "2", startedAt: "", steps: { push } } });
  expect(await run("rollback")).toBe(0);
  expect(running()).toBe("crew:3");
  // Nothing of it is left; the next word means the release before.
  expect(await run("rollback")).toBe(0);
  expect(running()).toBe("crew:1");
});

test("status tells of releases, services and what broke off", async () => {
  const file = keepThree();
  file.save({ attempt: { id: "d", version: "2", startedAt: "", steps: {} } });
  engine.change({ services: { trial_api: { image: "crew:3", replicas: 2 } } });
  expect(await run("status")).toBe(0);
  const told = lines.join("\n");
  expect(told).toMatch(/c {2}1 {2}serves, verified {2}crew:3[\s\S]*b {2}1 {2}kept, never seen working/);
  expect(told).toMatch(/Broken off: d, after nothing/);
  expect(told).toMatch(/trial_api +2\/2 +crew:3/);
});

test("secrets init makes what our stack names, and says none of it", async () => {
  expect(await run("secrets", "show")).toBe(1);
  expect(await run("secrets", "init")).toBe(0);
  const names = Object.keys(engine.state().secrets ?? {});
  expect(names).toEqual(expect.arrayContaining(["trial_auth_secret", "trial_master_key", "trial_database_url"]));
  expect(lines.filter((line) => line.startsWith("generated"))).toHaveLength(names.length);
});

test("audit of a file that breaks rules, of ours, and of none", async () => {
  const bad = join(engine.folder, "bad.yaml");
  writeFileSync(bad, "services: { api: { image: crew } }");
  expect(await run("audit", bad)).toBe(1);
  expect(lines.join("\n")).toContain("api: user: user is not set");
  expect(await run("audit")).toBe(0);
  writeFileSync(bad, "services:");
  expect(await run("audit", bad)).toBe(1);
  expect(lines.at(-1)).toBe("The stack file has no services.");
});

test("settings that cannot be are refused in a sentence", async () => {
  const words = await deploySwarm(["plan"], { ...engine.environment, CREW_STACK: "Not a name" }, (line) => void lines.push(line));
  expect(words).toBe(1);
  expect(lines.join("\n")).toMatch(/CREW_STACK cannot be used[\s\S]*What to do/);
});
