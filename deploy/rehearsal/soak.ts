import { setTimeout as sleep } from "node:timers/promises";
import type { Rehearsal } from "./rehearsal.ts";
import { startLoad } from "./steady-load.ts";

const MINUTES = 10;
const WARM_UP_MINUTES = 2;
const SERVICES = ["api", "chatbot", "worker", "scheduler"];
const MAX_MIB_A_MINUTE = 1;

/** Memory and handles of the one process of Node, whose number differs from start to start. */
const OF_NODE = `for p in /proc/[1-9]*; do case "$(readlink $p/exe)" in */node) cat $p/smaps_rollup; echo handles $(ls $p/fd | wc -l);; esac; done`;

interface Sample {
  minute: number;
  mib: number;
  handles: number;
}

/** Memory and handles of the services while people work at an even pace. */
export async function soak({ stack, engine, headers, report }: Rehearsal): Promise<void> {
  const load = await startLoad({ origin: stack.origin, headers: await headers(), model: "ollama/fake-model", everyMs: 500, viewers: 6 });
  const samples = new Map<string, Sample[]>();
  const since = Date.now();
  while (Date.now() - since < MINUTES * 60_000) {
    await sleep(15_000);
    for (const service of SERVICES)
      for (const container of await stack.containersOf(service)) {
        const all = samples.get(`${service} ${container}`) ?? [];
        const read = await engine.docker(["exec", container, "sh", "-c", OF_NODE]).catch(() => "");
        const [, kib, handles] = /^Pss:\s+(\d+) kB.*^handles (\d+)$/ms.exec(read) ?? [];
        if (kib) all.push({ minute: (Date.now() - since) / 60_000, mib: Number(kib) / 1024, handles: Number(handles) });
        samples.set(`${service} ${container}`, all);
      }
  }
  const figures = await load.end();
  report.hold("0 failed runs", figures.failedRuns.length === 0, figures.failedRuns.join(", "));
  report.hold("0 lost events", figures.gaps.length === 0, figures.gaps.join(", "));
  for (const [name, all] of samples) {
    const warm = all.filter(({ minute }) => minute >= WARM_UP_MINUTES);
    const slope = slopeOf(warm.map(({ minute, mib }) => [minute, mib]));
    const handles = warm.map((one) => one.handles);
    report.hold(
      `${name}: ${slope.toFixed(2)} MiB a minute, ${Math.min(...handles)} to ${Math.max(...handles)} handles`,
      warm.length > 10 && slope <= MAX_MIB_A_MINUTE && Math.max(...handles) <= Math.min(...handles) * 1.5 + 20,
      `${warm.length} samples, ${Math.round(warm[0]?.mib ?? 0)} to ${Math.round(warm.at(-1)?.mib ?? 0)} MiB`,
    );
  }
}

/** Least squares: how much the second grows with each one of the first. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([one]) => one)), mean(points.map(([, one]) => one))];
  const above = points.reduce((sum, [px, py]) => sum + (px - x) * (py - y), 0);
  return above / points.reduce((sum, [px]) => sum + (px - x) ** 2, 0);
}
