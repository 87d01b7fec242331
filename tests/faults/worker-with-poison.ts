import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { Inputs } from "@crew/contracts/crews";
import { job } from "@crew/core/job";
import type { EngineTool } from "@crew/engine/tool";
import { BUILTIN_TOOLS } from "@crew/engine/tools/builtin-tools";
import { readConfig } from "@crew/platform/config/read-config";
import { openSystem } from "@crew/platform/open-system";
import { jobHandler } from "@crew/platform/queue/boss-queue";
import { untilSignal } from "@crew/platform/until-signal";
import { startWorker } from "@crew/worker/app";

/**
 * The worker's own composition with a tool and a job that end it, or hold its event loop, as long as the file `mended` is
 * not in the folder. Each call leaves a line in `calls` there.
 */
const FOLDER = process.env.CREW_POISON_FOLDER ?? "";
/** A lease, and the time in which a busy machine finds that it has run out. */
const HOLD_MS = 20_000;

/** `exit`: as a crash of native code would. `memory`: until the heap is full. `block`: once, for longer than a lease. */
function poison(kind: string): void {
  if (existsSync(`${FOLDER}/mended`)) return;
  if (kind === "exit") process.exit(13);
  if (kind === "memory") {
    const kept: string[][] = [];
    for (;;) kept.push(Array.from({ length: 100_000 }, (_, i) => `${i} ${Math.random()}`));
  }
  if (kind !== "block" || existsSync(`${FOLDER}/blocked`)) return;
  writeFileSync(`${FOLDER}/blocked`, String(process.pid));
  for (const end = Date.now() + HOLD_MS; Date.now() < end; );
}

const note = (line: object) => appendFileSync(`${FOLDER}/calls`, `${JSON.stringify({ pid: process.pid, ...line })}\n`);

const tool: EngineTool = {
  name: "poison",
  class: "idempotent",
  description: "Does something that ends this process",
  parameters: { type: "object", properties: {}, additionalProperties: true },
  async run({ kind }, { idempotencyKey }) {
    note({ idempotencyKey });
    poison(String(kind));
    return "It did no harm.";
  },
};

const poisonJob = job({
  name: "poison",
  payload: Inputs,
  retryLimit: 0,
  expireInSeconds: 60,
  workspace: { table: "runs", id: "runId" },
});

const config = readConfig();
await using opened = await openSystem(config);
const harmful = jobHandler(poisonJob, async ({ kind }) => {
  note({ job: kind });
  poison(String(kind));
});
const system = { ...opened, work: (handlers: Parameters<typeof opened.work>[0]) => opened.work([...handlers, harmful]) };
await using _worker = await startWorker(system, { capacity: config.workerCapacity, tools: [...BUILTIN_TOOLS, tool] });
const health = createServer((_request, response) => response.writeHead(200).end("ok\n"));
health.listen(config.port ?? 0, config.host);
await untilSignal();
health.close();
