import { readFileSync } from "node:fs";
import { join } from "node:path";
import { logAbout } from "@crew/core/log-about";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import { expect, test } from "vitest";
import { openLog } from "./open-log.ts";
import { traceScope } from "./trace-scope.ts";

test("a line is JSON with what it is about, and with the trace in which it was written", async () => {
  using folder = temporaryDataDir();
  const file = join(folder.path, "platform.log");
  const log = openLog({ level: "info", file });
  const about = logAbout(log, { runId: "run_1", workspaceId: "workspace_1" });
  about.debug({}, "not told");
  traceScope.run({ context: {} as never, traceId: "abc" }, () => about.warn({ err: new Error("broken"), apiKey: "sk-1" }, "inside"));
  logAbout(about, { runId: "run_2" }).info({ runId: "run_3" }, "outside");
  const read = () => readFileSync(file, "utf8").trim().split("\n");
  await expect.poll(read, { timeout: 10_000 }).toHaveLength(2);
  const lines = read().map((line) => JSON.parse(line));
  expect(lines).toEqual([
    {
      level: 40,
      time: expect.stringMatching(/^\d{4}-/),
      traceId: "abc",
      runId: "run_1",
      workspaceId: "workspace_1",
      apiKey: "[redacted]",
      err: expect.objectContaining({ type: "Error", message: "broken" }),
      msg: "inside",
    },
    { level: 30, time: expect.any(String), runId: "run_3", workspaceId: "workspace_1", msg: "outside" },
  ]);
});
