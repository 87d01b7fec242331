import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Actor } from "@crew/core/access/actor";
import { AppError } from "@crew/core/app-error";
import type { TestSystem } from "./open-test-system.ts";

const AT_ONCE = 50;

/** One round: many at once ask for what one may get. Throws with what broke. */
export type Race = (system: TestSystem) => Promise<void>;

/**
 * How many of them got what they asked for; whoever did not must have been refused in words or, where the machine is
 * busy, has found no free connection and changed nothing.
 */
export async function atOnce(ask: (i: number) => Promise<unknown>): Promise<number> {
  const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, (_, i) => ask(i)));
  for (const outcome of outcomes) if (outcome.status === "rejected" && !isRefusal(outcome.reason)) throw outcome.reason;
  return outcomes.filter(({ status }) => status === "fulfilled").length;
}

function isRefusal(error: unknown): boolean {
  return error instanceof AppError || (error instanceof Error && error.message === "timeout exceeded when trying to connect");
}

export function expectWinners(wanted: number, winners: number): void {
  expectSame("winners", winners, wanted);
}

export function expectSame(what: string, found: unknown, wanted: unknown): void {
  if (found !== wanted) throw new Error(`${what}: ${String(found)} instead of ${String(wanted)}`);
}

export async function one(system: TestSystem, text: string, id: string): Promise<unknown> {
  const { rows } = await system.pool.query(text, [uuidFromTypeId(id)]);
  return rows[0]?.value;
}

export function audited(system: TestSystem, { workspaceId }: Actor, action: string): Promise<unknown> {
  return one(system, `SELECT count(*)::int AS value FROM audit_events WHERE action = '${action}' AND workspace_id = $1`, workspaceId);
}
