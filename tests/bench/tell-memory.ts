import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Writes `memory <reading> <bytes>` at each SIGUSR2: what the process holds once its garbage is gone. */
export function tellMemory(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let asked = 0;
  process.on("SIGUSR2", async () => {
    for (let i = 0; i < 4; i++) {
      collect();
      await sleep(250);
    }
    const { heapUsed, external } = process.memoryUsage();
    console.log(`memory ${++asked} ${heapUsed + external}`);
  });
}
