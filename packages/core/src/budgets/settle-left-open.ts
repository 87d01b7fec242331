import type { System } from "../system.ts";
import { settleLeftOpenRows } from "./left-open-repository.ts";

/** Calls settled at once; more follow with the next sweep. */
const MOST = 500;

/** For the sweep of workers: what ended runs have left reserved is charged, so that it holds nothing for ever. */
export async function settleLeftOpen(system: Pick<System, "statements" | "log">): Promise<void> {
  const calls = await settleLeftOpenRows(system.statements, MOST);
  if (calls > 0) system.log.warn({ calls }, "calls that ended runs had left open were charged with what was reserved");
}
