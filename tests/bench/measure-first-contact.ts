import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Crew } from "@crew/contracts/crews";
import type { Run } from "@crew/contracts/runs";
import { freePort } from "@crew/platform/database/embedded-postgres/free-port";
import { type SpawnedProcess, spawnProcess } from "@crew/testing/spawn-process";

export interface FirstContact {
  /** Process begun → first page served, the database made on the way; packages and console are there already. */
  firstStartMs: number;
  /** The same with the database there. */
  secondStartMs: number;
  /** Process begun → a finished run of the first example crew, on the second start. */
  finishedRunMs: number;
  /** Memory that the platform and its PostgreSQL have for themselves, shared pages counted once; 10 s after the run. */
  restPssMb: number;
}

/** The embedded platform as `npm start` runs it, from the shell's view. */
export async function firstContact(): Promise<FirstContact> {
  const dataDir = mkdtempSync(join(tmpdir(), "crew-contact-"));
  try {
    const first = await started(dataDir);
    await first.process.stop();
    const second = await started(dataDir);
    const finishedRunMs = await firstRun(second.link, second.begunAt);
    await sleep(10_000);
    const restPssMb = familyOf(second.process.pid).reduce((sum, pid) => sum + pssMb(pid), 0);
    await second.process.stop();
    return { firstStartMs: first.ms, secondStartMs: second.ms, finishedRunMs, restPssMb };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function started(dataDir: string): Promise<{ process: SpawnedProcess; link: string; begunAt: number; ms: number }> {
  const begunAt = performance.now();
  const env = { CREW_DATA_DIR: dataDir, PORT: String(await freePort()) };
  const process = spawnProcess("apps/embedded/src/main.ts", { args: ["--max-semi-space-size=8"], env });
  const link = (await process.untilOutput(/Sign in\s+(\S+)/, 60_000))[1] ?? "";
  const page = await fetch(new URL("/", link));
  if (!page.ok) throw new Error(`the first page answered ${page.status}`);
  await page.text();
  return { process, link, begunAt, ms: performance.now() - begunAt };
}

async function firstRun(link: string, begunAt: number): Promise<number> {
  const { origin } = new URL(link);
  const signIn = await fetch(link, { redirect: "manual" });
  const cookie = signIn.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
  const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const response = await fetch(origin + path, { ...init, headers: { cookie, origin, "content-type": "application/json" } });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const { data } = await ask<{ data: { id: string }[] }>("/v1/crews");
  const { id, example } = await ask<Crew>(`/v1/crews/${data[0]?.id}`);
  let run = await ask<Run>(`/v1/crews/${id}/runs`, { method: "POST", body: JSON.stringify(example ?? {}) });
  while (!run.endedAt) {
    await sleep(50);
    run = await ask<Run>(`/v1/runs/${run.id}`);
  }
  if (run.state !== "succeeded") throw new Error(`the first run ${run.state}`);
  return performance.now() - begunAt;
}

function familyOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      parents.set(pid, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // It ended while we were reading.
    }
  }
  const family = [root];
  for (const member of family) for (const [pid, parent] of parents) if (parent === member) family.push(pid);
  return family;
}

function pssMb(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
