import type { Log } from "@crew/core/system";
import { expect, test } from "vitest";
import { logMailer } from "./log-mailer.ts";

test("a mail is found in the log with its text", async () => {
  const lines: unknown[] = [];
  const write = (fields: object, message: string) => lines.push([fields, message]);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  await logMailer(log).send({ to: "ada@example.com", subject: "Hello", text: "https://example.com/link" });
  expect(lines).toEqual([
    [{ mail: { to: "ada@example.com", subject: "Hello", text: "https://example.com/link" } }, "mail for ada@example.com: Hello"],
  ]);
});
