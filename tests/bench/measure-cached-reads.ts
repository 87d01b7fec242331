import type { Actor } from "@crew/core/access/actor";
import { createApiKey } from "@crew/core/api-keys/create-api-key";
import { Pool } from "undici";
import type { BenchSite } from "./bench-site.ts";
import { cpuMsOf } from "./process-cpu.ts";

const CONNECTIONS = 20;

export interface CachedReadCost {
  what: string;
  /** CPU of the API and of PostgreSQL for one request. */
  uncachedUs: number;
  cachedUs: number;
  /** With the tag of the answer that the client has. */
  unchangedUs: number;
  /** Transactions of a cached one, each statement being one. */
  statements: number;
}

/** A crew and the list of crews: made anew each time, from the cache, and not sent because they are unchanged. */
export async function cachedReadCost(site: BenchSite, actor: Actor, crewId: string, requests: number): Promise<CachedReadCost[]> {
  const { key } = await createApiKey({ ...site.system, actor }, { name: "bench reads", expiresAt: null });
  const authorization = `Bearer ${key}`;
  const reads = [
    { what: "one crew", path: `/v1/crews/${crewId}` },
    { what: "the list of crews", path: "/v1/crews" },
  ];
  const uncached = new Map<string, number>();
  {
    await using api = await openApi(site, { CREW_BENCH_UNCACHED: "1" });
    for (const { path } of reads) uncached.set(path, await api.cpuUs(path, { authorization }, requests));
  }
  await using api = await openApi(site);
  const costs: CachedReadCost[] = [];
  for (const { what, path } of reads) {
    const cachedUs = await api.cpuUs(path, { authorization }, requests);
    const etag = await tagOf(api.origin + path, authorization);
    const unchangedUs = await api.cpuUs(path, { authorization, "if-none-match": etag }, requests);
    const before = await transactions(site);
    await load(api.origin, path, { authorization }, requests);
    const statements = ((await transactions(site)) - before) / requests;
    costs.push({ what, uncachedUs: uncached.get(path) ?? Number.NaN, cachedUs, unchangedUs, statements });
  }
  return costs;
}

const STARTS_WITHIN_MS = 60_000;

async function openApi(site: BenchSite, env: Record<string, string> = {}) {
  const process = site.spawn("tests/bench/bench-api.ts", env);
  const origin = `http://127.0.0.1:${(await process.untilOutput(/listening (\d+)/, STARTS_WITHIN_MS))[1]}`;
  const cpu = () => cpuMsOf(process.pid) + cpuMsOf(site.postgresPid);
  return {
    origin,
    async cpuUs(path: string, headers: Record<string, string>, requests: number) {
      await load(origin, path, headers, requests / 4);
      const before = cpu();
      await load(origin, path, headers, requests);
      return ((cpu() - before) * 1000) / requests;
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

async function tagOf(url: string, authorization: string): Promise<string> {
  const answer = await fetch(url, { headers: { authorization } });
  await answer.text();
  return answer.headers.get("etag") ?? "";
}

/** Backends tell of their transactions a moment later. */
async function transactions(site: BenchSite): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const { rows } = await site.system.pool.query<{ count: string }>(
    "SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()",
  );
  return Number(rows[0]?.count);
}

async function load(origin: string, path: string, headers: Record<string, string>, requests: number): Promise<void> {
  const pool = new Pool(origin, { connections: CONNECTIONS });
  let left = requests;
  const one = async () => {
    while (left-- > 0) {
      const { statusCode, body } = await pool.request({ method: "GET", path, headers });
      await body.dump();
      if (statusCode !== 200 && statusCode !== 304) throw new Error(`the server answered ${statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  await pool.close();
}
