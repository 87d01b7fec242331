import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { RolloutError } from "./rollout-error.ts";
import type { Docker } from "./run-docker.ts";

const LABELS = ["host", "pid", "since"] as const;

/**
 * Held by one roll-out of a stack at a time, from whichever machine: a config of the swarm, whose managers let only one
 * of that name be made. What a dead process of this host has left is taken over.
 */
export async function lockStack(docker: Docker, stack: string, now: Date): Promise<AsyncDisposable> {
  const name = `${stack}_rollout_lock`;
  const values = { host: hostname(), pid: String(process.pid), since: now.toISOString() };
  for (let attempt = 1; ; attempt++) {
    try {
      const id = await create(docker, name, values);
      return { [Symbol.asyncDispose]: async () => void (await docker(["config", "rm", id])) };
    } catch (error) {
      const holder = await holderOf(docker, name);
      if (!holder) throw error;
      if (attempt === 1 && holder.host === values.host && !isAlive(Number(holder.pid))) {
        // By its id: whoever is quicker has made another one of that name meanwhile.
        await docker(["config", "rm", holder.id]).catch(() => undefined);
        continue;
      }
      throw new RolloutError(
        "Another roll-out of this stack is under way",
        `process ${holder.pid} on ${holder.host}, since ${holder.since}`,
        "nothing was changed",
        `Wait for it. If that process is gone for good: docker config rm ${name}`,
      );
    }
  }
}

async function create(docker: Docker, name: string, values: Record<(typeof LABELS)[number], string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "crew-lock-"));
  try {
    const file = join(folder, "lock");
    writeFileSync(file, "held");
    return await docker(["config", "create", ...LABELS.flatMap((label) => ["--label", `crew.${label}=${values[label]}`]), name, file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function holderOf(docker: Docker, name: string) {
  try {
    const { ID, Spec } = JSON.parse(await docker(["config", "inspect", "--format", "{{json .}}", name])) as {
      ID: string;
      Spec: { Labels: Record<string, string> };
    };
    return { id: ID, host: Spec.Labels["crew.host"], pid: Spec.Labels["crew.pid"], since: Spec.Labels["crew.since"] };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
