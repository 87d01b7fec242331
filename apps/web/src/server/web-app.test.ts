import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { buildWeb } from "./app.ts";

test("lives without a build, a database or any other service", async () => {
  const web = await buildWeb({ outDir: fileURLToPath(new URL("./no-such-folder", import.meta.url)) });
  expect((await web.inject("/healthz")).json()).toEqual({ status: "ok" });
  expect((await web.inject("/")).statusCode).toBe(503);
  await web.close();
});
