import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { openAuth } from "@crew/auth/open-auth";
import { buildChatbot } from "@crew/chatbot/app";
import { openTestApi } from "@crew/testing/open-test-api";
import { startWorker } from "@crew/worker/app";
import { expect, test } from "vitest";
import { blocksToRun } from "./document-blocks.ts";

const hasCurl = spawnSync("curl", ["--version"], { stdio: "ignore" }).status === 0;

test.skipIf(!hasCurl)("the examples of docs/api.md run as they stand", async () => {
  const examples = blocksToRun("docs/api.md", "api-examples").map(({ text }) => text);
  expect(examples.length).toBeGreaterThan(5);
  await using site = await openTestApi();
  await using _worker = await startWorker(site.system, { capacity: 2 });
  await using chatbot = await buildChatbot(site.system, { auth: openAuth(site.system) });
  await site.api.listen({ host: "127.0.0.1", port: 0 });
  site.api.server.on("upgrade", (request, socket, head) => chatbot.handleUpgrade(request, socket, head));
  const { port } = site.api.server.address() as AddressInfo;
  const { key } = await site.person();
  const env = { ...process.env, CREW_URL: `http://127.0.0.1:${port}`, CREW_KEY: key };
  const shell = spawn("bash", ["-euo", "pipefail", "-c", examples.join("\n")], { env, stdio: ["ignore", "pipe", "pipe"] });
  const [out, complaints, [code]] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, "exit")]);
  expect(complaints).toBe("");
  expect(code).toBe(0);
  const told = (pattern: RegExp) => [...out.matchAll(pattern)].map((match) => Number(match[1]));
  const ids = told(/^id: (\d+)$/gm);
  const last = Math.max(...ids);
  const upTo = (first: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
  // The whole stream, then what follows event 5.
  expect(ids).toEqual([...upTo(1), ...upTo(6)]);
  // The socket's, after an answer without a line break.
  expect(told(/(?:^|\})(\d+) [a-z_]+$/gm)).toEqual(upTo(1));
  expect(out).toContain("event: crew_kickoff_completed");
  expect(out).toContain("Sales rose 12 % in October.");
  expect(out).toContain('"outcome":"completed"');
  expect(out).toContain('"words":"At 07:00, Monday through Friday"');
  expect(out).toMatch(/\{"deliveryId":"delivery_[0-9a-z]{26}","runId":"run_[0-9a-z]{26}"\}/);
});
