import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Run } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { createApiKey } from "@crew/core/api-keys/create-api-key";
import { Pool } from "undici";
import type { BenchSite } from "./bench-site.ts";
import { cpuMsOf } from "./process-cpu.ts";

const CONNECTIONS = 20;

export interface ReadCost {
  bareUs: number;
  oursUs: number;
}

/** CPU of the server and of PostgreSQL for one GET of one run, in µs: bare Fastify with a primary-key SELECT, and ours with a key. */
export async function readCost(site: BenchSite, actor: Actor, run: Run, requests: number): Promise<ReadCost> {
  const { key } = await createApiKey({ ...site.system, actor }, { name: "bench", expiresAt: null });
  await using bare = site.spawn("tests/bench/bare-server.ts");
  await using api = site.spawn("tests/bench/bench-api.ts");
  const barePort = (await bare.untilOutput(/listening (\d+)/))[1];
  const apiPort = (await api.untilOutput(/listening (\d+)/))[1];
  const measure = async (pid: number, port: string | undefined, path: string, headers: Record<string, string>) => {
    await load(`http://127.0.0.1:${port}`, path, headers, requests / 4);
    const before = cpuMsOf(pid) + cpuMsOf(site.postgresPid);
    await load(`http://127.0.0.1:${port}`, path, headers, requests);
    return ((cpuMsOf(pid) + cpuMsOf(site.postgresPid) - before) * 1000) / requests;
  };
  const rounds: ReadCost[] = [];
  for (let round = 0; round < 3; round++) {
    const bareUs = await measure(bare.pid, barePort, `/runs/${uuidFromTypeId(run.id)}`, {});
    const oursUs = await measure(api.pid, apiPort, `/v1/runs/${run.id}`, { authorization: `Bearer ${key}` });
    rounds.push({ bareUs, oursUs });
  }
  return rounds.toSorted((a, b) => a.oursUs / a.bareUs - b.oursUs / b.bareUs)[1] ?? { bareUs: 0, oursUs: 0 };
}

async function load(origin: string, path: string, headers: Record<string, string>, requests: number): Promise<void> {
  const pool = new Pool(origin, { connections: CONNECTIONS });
  let left = requests;
  const one = async () => {
    while (left-- > 0) {
      const { statusCode, body } = await pool.request({ method: "GET", path, headers });
      await body.dump();
      if (statusCode !== 200) throw new Error(`the server answered ${statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  await pool.close();
}
