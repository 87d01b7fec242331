import { buildApi } from "@crew/api/app";
import { readConfig } from "@crew/platform/config/read-config";
import { openSystem } from "@crew/platform/open-system";

/** The API as it is, with in-process cache and bus, on the bench's own database. */
const config = readConfig({ ...process.env, REDIS_URL: "redis://unused", PORT: "0" });
const system = await openSystem({ ...config, redisUrl: null });
const keepsAnswers = process.env.CREW_BENCH_UNCACHED === undefined;
const api = await buildApi(system, { rateLimits: { perActor: 10_000_000 }, keepsAnswers });
await api.listen({ port: 0, host: "127.0.0.1" });
console.log(`listening ${(api.server.address() as { port: number }).port}`);
