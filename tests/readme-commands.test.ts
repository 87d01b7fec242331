import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endWithTests } from "@crew/testing/spawn-process";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import { expect, test } from "vitest";
import { blocksToRun } from "./document-blocks.ts";
import { root } from "./source-tree.ts";

const hasBash = spawnSync("bash", ["--version"], { stdio: "ignore" }).status === 0;
const isBuilt = existsSync(join(root, "apps/web/out/index.html"));
if (!isBuilt) console.warn("SKIPPED: the commands of README.md (the console is not built)");

/** What `git clone` would bring: every file but what is installed or made. Packages and the console are those of this copy. */
function copyTo(folder: string): void {
  const skipped = /(^|\/)(node_modules|\.git|\.data|\.tmp|\.next|coverage)(\/|$)/;
  cpSync(root, folder, { recursive: true, filter: (path) => !skipped.test(relative(root, path)) });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const state = "import { consoleState } from './scripts/build-web.mjs'; process.stdout.write(consoleState());";
  mkdirSync(join(folder, "apps/web/.next"));
  writeFileSync(
    join(folder, "apps/web/.next/built-from"),
    execFileSync(process.execPath, ["--input-type=module", "-e", state], { cwd: root, encoding: "utf8" }),
  );
}

test.skipIf(!hasBash || !isBuilt)(
  "the two commands of README.md start the platform",
  async () => {
    const [start = "", ...more] = blocksToRun("README.md", "readme-commands").map(({ text }) => text);
    expect(more).toEqual([]);
    using temporary = temporaryDataDir();
    const folder = temporary.path;
    copyTo(join(folder, "copy"));
    // The address of the repository is the reader's; what comes of it is the copy.
    const script = `git() { test "$1" = clone && mv copy "$3"; }\n${start.replace("<this repository>", "it")}`;
    const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
      cwd: folder,
      env: { PATH: `${root}node_modules/.bin:${process.env.PATH}`, HOME: process.env.HOME, PORT: "0", CREW_DATA_DIR: join(folder, "data") },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    endWithTests(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    const ended = once(child, "exit");
    try {
      for (const end = Date.now() + 120_000; !output.includes("\nModels ") && child.exitCode === null && Date.now() < end; )
        await sleep(50);
      expect(output).toMatch(/runs at http:\/\/\S+[\s\S]*\?token=\S+/);
      const link = /(http\S+\?token=\S+)/.exec(output)?.[1] ?? "";
      expect((await fetch(link, { redirect: "manual" })).status).toBe(302);
    } finally {
      if (child.pid && child.exitCode === null) process.kill(-child.pid, "SIGINT");
      await ended;
    }
  },
  180_000,
);

test.skipIf(!isBuilt)("a kill of npm ends the platform that it has started", { timeout: 60_000 }, async () => {
  using temporary = temporaryDataDir();
  const child = spawn("npm", ["start"], {
    cwd: root,
    env: { PATH: `${root}node_modules/.bin:${process.env.PATH}`, HOME: process.env.HOME, PORT: "0", CREW_DATA_DIR: temporary.path },
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  endWithTests(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  try {
    await expect.poll(() => output, { timeout: 40_000 }).toContain("\nModels ");
    const [origin = ""] = /http:\/\/\S+/.exec(output) ?? [];
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
    // The database's own note goes when it was shut down in order.
    const note = join(temporary.path, "postgres/data/postmaster.pid");
    expect(existsSync(note)).toBe(true);
    child.kill("SIGTERM");
    await expect.poll(() => existsSync(note), { timeout: 20_000 }).toBe(false);
    await expect(fetch(`${origin}/readyz`)).rejects.toThrow();
  } finally {
    if (child.pid) tryKill(-child.pid);
  }
});

function tryKill(group: number): void {
  try {
    process.kill(group, "SIGKILL");
  } catch {
    // All of it has ended.
  }
}
