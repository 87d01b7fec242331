import { randomUUID } from "node:crypto";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { ClaimTurn } from "@crew/core/runs/execute/claim";
import { claimInTurn } from "@crew/core/runs/execute/worker-leases";
import { createActor } from "@crew/testing/actors";
import type { BenchSite } from "./bench-site.ts";

/**
 * Who waits: `spread` over 20 workspaces of 5 crews, in `one` lane, or behind workspaces that are `blocked`, halted or at
 * their cap, of which half of all that wait is.
 */
export type Waiting = "spread" | "one" | "blocked";

const CREWS = 5;
/** So many fit into the time that a statement of the pool may take. */
const PLANTED_AT_ONCE = 10_000;

export async function plantWaiting(site: BenchSite, waiting: Waiting, count: number): Promise<string[]> {
  const { pool } = site.system;
  const workspaces: string[] = [];
  for (let i = 0; i < (waiting === "one" ? 1 : 20); i++) workspaces.push(uuidFromTypeId((await createActor(site.system)).workspaceId));
  const crews = Array.from({ length: waiting === "one" ? 1 : CREWS }, () => randomUUID());
  for (let from = 0; from < count; from += PLANTED_AT_ONCE)
    await pool.query(
      `INSERT INTO runs (id, workspace_id, kind, crew_id, title, inputs, started_by, state, created_at)
       SELECT uuidv7(interval '-1 day' + n * interval '1 ms'), ($3::uuid[])[1 + n % cardinality($3::uuid[])], 'crew',
         ($4::uuid[])[1 + n / cardinality($3::uuid[]) % cardinality($4::uuid[])], 'Waits', '{}', '{}', 'queued', now()
       FROM generate_series($1::int, $2::int - 1) n`,
      [from, Math.min(from + PLANTED_AT_ONCE, count), workspaces, crews],
    );
  if (waiting === "blocked") await block(site, workspaces.slice(0, 10));
  return workspaces;
}

/** Milliseconds of a claim of one run while so many wait. */
export async function claimLatency(
  site: BenchSite,
  waiting: Waiting,
  count: number,
  claims: number,
): Promise<{ p50: number; p99: number }> {
  const { pool } = site.system;
  await plantWaiting(site, waiting, count);
  // What a deep queue that has grown in a second cannot count on is left out on purpose: no ANALYZE, no VACUUM.
  const times: number[] = [];
  let turn: ClaimTurn | undefined;
  for (let i = 0; i < claims; i++) {
    const startedAt = performance.now();
    const claimed = await claimInTurn(site.system, randomUUID(), 1, turn);
    times.push(performance.now() - startedAt);
    turn = claimed.turn;
    const [claim] = claimed.claims;
    if (!claim) throw new Error("there was nothing to claim");
    await pool.query({
      name: "bench_end",
      text: "UPDATE runs SET state = 'succeeded', ended_at = now(), lease_owner = NULL, lease_until = NULL WHERE id = $1",
      values: [uuidFromTypeId(claim.run.id)],
    });
  }
  await forgetRuns(site);
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

/** The first half halted, the second at a cap of one with one running. */
async function block({ system }: BenchSite, workspaces: string[]): Promise<void> {
  const [halted, capped] = [workspaces.slice(0, 5), workspaces.slice(5)];
  await system.pool.query(
    "INSERT INTO halts (id, scope, workspace_id, reason, by_name, created_at) SELECT gen_random_uuid(), 'workspace', w, 'Bench', 'Ada', now() FROM unnest($1::uuid[]) w",
    [halted],
  );
  await system.pool.query("INSERT INTO run_limits (workspace_id, max_concurrent_runs) SELECT w, 1 FROM unnest($1::uuid[]) w", [capped]);
  await system.pool.query(
    `UPDATE runs SET state = 'running', lease_owner = gen_random_uuid(), lease_until = now() + interval '1 hour'
     WHERE id IN (SELECT DISTINCT ON (workspace_id) id FROM runs WHERE workspace_id = ANY($1) ORDER BY workspace_id, id)`,
    [capped],
  );
}

async function forgetRuns({ system }: BenchSite): Promise<void> {
  const client = await system.pool.connect();
  try {
    await client.query("SET ROLE NONE; TRUNCATE runs, halts, run_limits CASCADE; SET ROLE crew_system");
  } finally {
    client.release();
  }
}
