import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { openAuth } from "@crew/auth/open-auth";
import { buildChatbot } from "@crew/chatbot/app";
import { openTestApi } from "@crew/testing/open-test-api";
import { startWorker } from "@crew/worker/app";
import { expect, test } from "vitest";
import { blocksToRun } from "./document-blocks.ts";
import { root } from "./source-tree.ts";

test("the TypeScript of docs/api.md is sound, and runs as it stands", async () => {
  const examples = blocksToRun("docs/api.md", "sdk-examples");
  expect(examples.length).toBeGreaterThan(2);
  await using stack = new AsyncDisposableStack();
  mkdirSync(join(root, ".tmp"), { recursive: true });
  // Inside of the repository, where packages are found.
  const folder = mkdtempSync(join(root, ".tmp", "sdk-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "example.ts"), examples.map((block) => block.text).join("\n"));
  const settings = {
    extends: "../../tsconfig.json",
    compilerOptions: { incremental: false, tsBuildInfoFile: null },
    include: ["example.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], { stdio: "inherit" });

  const site = stack.use(await openTestApi());
  stack.use(await startWorker(site.system, { capacity: 2 }));
  const chatbot = stack.use(await buildChatbot(site.system, { auth: openAuth(site.system) }));
  await site.api.listen({ host: "127.0.0.1", port: 0 });
  site.api.server.on("upgrade", (request, socket, head) => chatbot.handleUpgrade(request, socket, head));
  const { key } = await site.person();
  const env = { ...process.env, CREW_URL: `http://127.0.0.1:${(site.api.server.address() as AddressInfo).port}`, CREW_KEY: key };
  const child = spawn(process.execPath, [join(folder, "example.ts")], { env, stdio: ["ignore", "pipe", "pipe"] });
  stack.defer(() => void child.kill("SIGKILL"));
  const [out, complaints, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  expect({ code, complaints }).toEqual({ code: 0, complaints: "" });
  expect(out).toMatch(/^started run_[0-9a-z]{26} queued$/m);
  const numbers = [...out.matchAll(/^(\d+) [a-z_]+$/gm)].map((match) => Number(match[1]));
  expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  expect(out).toMatch(/^\d+ crew_kickoff_completed$/m);
  expect(out).toContain("Sales rose 12 % in October.");
  expect(out).toMatch(/^refused not_found 404$/m);
}, 90_000);
