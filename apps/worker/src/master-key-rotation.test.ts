import { randomBytes } from "node:crypto";
import { CreateModelProvider } from "@crew/contracts/model-providers";
import type { Actor } from "@crew/core/access/actor";
import { createCrew } from "@crew/core/crews/create-crew";
import { createModelProvider } from "@crew/core/model-providers/create-model-provider";
import { resolveModel } from "@crew/core/model-providers/resolve-model";
import { listLedger } from "@crew/core/runs/list-ledger";
import { startRun } from "@crew/core/runs/start-run";
import { createSecret } from "@crew/core/secrets/create-secret";
import { openSecretReferences } from "@crew/core/secrets/open-secret-references";
import { openSystem } from "@crew/platform/open-system";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem } from "@crew/testing/open-test-system";
import { spawnProcess } from "@crew/testing/spawn-process";
import { untilRun } from "@crew/testing/until-run";
import { expect, test } from "vitest";
import { startWorker } from "./app.ts";

const WORKSPACES = 10;
const RUNS_EACH = 5;

test("T-12 the master key is rotated while 50 runs use their workspaces' keys: none fails, and then the old key is not needed [ASVS 13.3.4]", async () => {
  await using fake = await startFakeProvider({ script: { defaults: { firstByteDelayMs: 3_000 } } });
  const egressAllow = [new URL(fake.url).host];
  const old = { authSecret: randomBytes(32).toString("base64"), masterKey: randomBytes(32) };
  const masterKey = randomBytes(32);
  await using before = await openTestSystem({ config: { secrets: old, egressAllow } });

  const apiKeyOf = (index: number) => `sk-of-workspace-${index}-0123456789`;
  const people: Actor[] = [];
  const crews: string[] = [];
  for (let index = 0; index < WORKSPACES; index += 1) {
    const ctx = { ...before, actor: await createActor(before) };
    const own = { kind: "openai-compatible", name: "own", baseUrl: `${fake.url}/v1`, apiKey: apiKeyOf(index) };
    await createModelProvider(ctx, CreateModelProvider.parse(own));
    await createSecret(ctx, { name: "TOKEN", value: `token of workspace ${index}`, description: "", hosts: [] });
    crews.push((await createCrew(ctx, buildCrew({ model: "own/fake-model" }))).id);
    people.push(ctx.actor);
  }

  // The processes start anew with both keys, the new one first.
  await using during = await openSystem({ ...before.config, secrets: { ...old, masterKey, oldMasterKeys: [old.masterKey] } });
  await using _worker = await startWorker(during, { capacity: 50 });
  const runs = await Promise.all(
    people.flatMap((actor, index) =>
      Array.from({ length: RUNS_EACH }, async () => {
        const { id } = await startRun({ ...during, actor }, crews[index] ?? "", { inputs: { topic: "tides" }, documents: [] });
        return { actor, id };
      }),
    ),
  );
  await untilRun(during, people[0] as Actor, runs[0]?.id ?? "", ({ state }) => state === "running");
  const rotation = spawnProcess("packages/platform/src/secrets/rotate-master-key-main.ts", {
    env: {
      DATABASE_URL: before.databaseUrl,
      REDIS_URL: "redis://127.0.0.1:1",
      CREW_AUTH_SECRET: old.authSecret,
      CREW_MASTER_KEY: masterKey.toString("base64"),
      CREW_MASTER_KEYS_OLD: old.masterKey.toString("base64"),
    },
  });
  expect(await rotation.exited, rotation.output()).toBe(0);
  expect(rotation.output()).toContain(`All ${WORKSPACES} data keys open`);
  const inFlight = await during.pool.query("SELECT FROM runs WHERE state = 'running'");
  expect(inFlight.rowCount, "runs that were still at work when the rotation ended").toBeGreaterThan(0);

  for (const { actor, id } of runs) {
    const run = await untilRun(during, actor, id, undefined, 60_000);
    expect(run).toMatchObject({ state: "succeeded", error: null });
    const { data } = await listLedger({ ...during, actor }, id, { limit: 100 });
    expect(data.map(({ outcome }) => outcome)).toEqual(["completed", "completed"]);
  }

  await using after = await openSystem({ ...before.config, secrets: { ...old, masterKey } });
  for (const [index, { workspaceId }] of people.entries()) {
    await resolveModel(after, workspaceId, "own/fake-model");
    expect(await openSecretReferences(after, workspaceId, { a: "{{secret:TOKEN}}" })).toEqual({ a: `token of workspace ${index}` });
  }
  await using lost = await openSystem({ ...before.config, secrets: old });
  await expect(resolveModel(lost, people[0]?.workspaceId ?? "", "own/fake-model")).rejects.toThrow("wrapped with master key");
}, 180_000);
