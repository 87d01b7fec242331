import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCrew } from "@crew/core/crews/create-crew";
import { startRun } from "@crew/core/runs/start-run";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { escapePayloads } from "@crew/testing/escape-payloads";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem } from "@crew/testing/open-test-system";
import { untilRun } from "@crew/testing/until-run";
import { expect, test } from "vitest";
import { startWorker } from "./app.ts";

const TOOLS = ["calculator", "current_time", "read_document", "http_get"];

test("T-08 60 escapes as crew texts, inputs, documents and arguments run nowhere [ASVS 1.3.2] [ASVS 1.3.7]", {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "canary-"));
  const file = join(folder, "made");
  let hits = 0;
  const canary = createServer((socket) => {
    hits += 1;
    socket.destroy();
  });
  await once(canary.listen(0, "127.0.0.1"), "listening");
  const payloads = escapePayloads({ file, url: `http://127.0.0.1:${(canary.address() as AddressInfo).port}/` });
  expect(new Set(payloads).size).toBeGreaterThanOrEqual(60);

  await using fake = await startFakeProvider();
  const provider = {
    kind: "openai-compatible" as const,
    name: "fake",
    baseUrl: `${fake.url}/v1`,
    apiKey: "k",
    models: [],
    isTrusted: true,
  };
  await using system = await openTestSystem({ config: { modelProviders: [provider] } });
  const ctx = { ...system, actor: await createActor(system) };
  fake.setScript({
    entries: payloads.flatMap((payload, i) => [
      {
        when: { model: `m${i}` },
        times: 1,
        text: payload,
        toolCalls: [
          { name: "calculator", arguments: { expression: payload.slice(0, 1_000) } },
          { name: "current_time", arguments: { timeZone: payload.slice(0, 60) } },
          { name: "read_document", arguments: { name: payload.slice(0, 200) } },
          { name: "http_get", arguments: { url: payload.slice(0, 2_000) } },
          { name: "calculator", arguments: payload },
        ].slice(0, i % 2 === 0 ? 4 : 5),
      },
      { when: { model: `m${i}` }, times: 1, text: payload },
    ]),
  });
  await using _worker = await startWorker(system, { capacity: 20 });
  const runs = [];
  for (const [i, payload] of payloads.entries()) {
    const { agents, tasks } = buildCrew();
    const crew = buildCrew({
      name: payload.trim().slice(0, 80),
      description: payload,
      model: `fake/m${i}`,
      agents: agents
        .slice(0, 1)
        .map((agent) => ({ ...agent, role: `A ${payload}`.slice(0, 200), goal: payload, backstory: payload, tools: TOOLS })),
      tasks: tasks.slice(0, 1).map((task) => ({ ...task, description: `Do {topic} ${payload}`, expectedOutput: payload })),
      example: null,
    });
    // What looks like a placeholder is one, and is given a value like the others.
    const { id, placeholders } = await createCrew(ctx, crew);
    const inputs = Object.fromEntries([...placeholders, "topic"].map((name) => [name, payload]));
    runs.push(await startRun(ctx, id, { inputs, documents: [{ name: payload.slice(0, 200).trim(), text: payload }] }));
  }
  for (const run of runs) {
    const end = await untilRun(system, ctx.actor, run.id, ({ state }) => state !== "queued" && state !== "running", 60_000);
    expect(end.error?.code ?? "", `${end.crewName}: ${end.error?.message}`).not.toBe("internal");
  }
  expect([existsSync(file), hits]).toEqual([false, 0]);
  canary.close();
  await rm(folder, { recursive: true });
});
