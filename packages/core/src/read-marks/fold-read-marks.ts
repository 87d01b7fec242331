import { z } from "zod";
import { job } from "../job.ts";
import type { System } from "../system.ts";
import { foldMarkRows } from "./read-mark-repository.ts";

/** Every request for a cached answer sums its workspace's marks, so they are kept few. */
export const foldReadMarksJob = job({
  name: "fold-read-marks",
  payload: z.strictObject({}),
  retryLimit: 1,
  expireInSeconds: 120,
  cron: "*/5 * * * *",
});

const MOST_ROUNDS = 20;

export async function foldReadMarks(system: Pick<System, "db">): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) if (!(await foldMarkRows(system.db)).isMore) return;
}
