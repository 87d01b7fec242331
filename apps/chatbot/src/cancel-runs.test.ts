import type { Actor } from "@crew/core/access/actor";
import { getRun } from "@crew/core/runs/get-run";
import { createActor } from "@crew/testing/actors";
import { openTestGateway, type TestGateway } from "@crew/testing/open-test-gateway";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { SocketReader } from "@crew/testing/socket-reader";
import { readAudit } from "@crew/testing/traces";
import { insertTestRun } from "@crew/testing/write-run-events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";

let system: TestSystem;
let gateway: TestGateway;
let ada: Actor;
beforeAll(async () => {
  system = await openTestSystem();
  gateway = await openTestGateway(system, {});
  ada = await createActor(system);
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
});

async function signIn(actor: Actor): Promise<SocketReader> {
  const reader = new SocketReader(new WebSocket(gateway.url));
  await reader.opened;
  reader.send({ type: "auth", ticket: await gateway.ticketFor(actor) });
  await reader.next("ready");
  return reader;
}

test("a run is stopped over the socket, and who may not is told so", async () => {
  const [mine, other] = [await insertTestRun(system, ada), await insertTestRun(system, ada)];
  const stateOf = async (id: string) => (await getRun({ ...system, actor: ada }, id)).state;
  const reader = await signIn(ada);
  reader.send({ type: "run.cancel", runId: mine.id });
  await expect.poll(() => stateOf(mine.id)).toBe("cancelled");
  expect((await readAudit(system, ada.workspaceId)).map(({ action }) => action)).toContain("run.cancelled");

  for (const [who, code] of [
    [await createActor(system, { role: "viewer", workspaceId: ada.workspaceId }), "forbidden"],
    [await createActor(system), "not_found"],
  ] as const) {
    const refused = await signIn(who);
    refused.send({ type: "run.cancel", runId: other.id });
    expect(await refused.next("error")).toMatchObject({ code });
    refused.socket.terminate();
  }
  expect(await stateOf(other.id)).toBe("queued");
  reader.socket.terminate();
});

test("a run is talked to over the socket, which answers with what was understood", async () => {
  const run = await insertTestRun(system, ada);
  const reader = await signIn(ada);
  reader.send({ type: "run.message", runId: run.id, clientMessageId: "first", text: "pause" });
  expect(await reader.next("run.message")).toMatchObject({
    topic: `run:${run.id}`,
    message: { runId: run.id, seq: 1, by: ada.name, command: { kind: "pause" }, seenAt: null },
  });
  reader.send({ type: "run.message", runId: run.id, clientMessageId: "second", text: "skip task 99" });
  expect(await reader.next("error")).toMatchObject({ code: "invalid", clientMessageId: "second" });
  reader.socket.terminate();

  const viewer = await signIn(await createActor(system, { role: "viewer", workspaceId: ada.workspaceId }));
  viewer.send({ type: "run.message", runId: run.id, clientMessageId: "third", text: "stop" });
  expect(await viewer.next("error")).toMatchObject({ code: "forbidden", clientMessageId: "third" });
  viewer.socket.terminate();
});
