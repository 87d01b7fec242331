import { randomBytes } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openLog } from "../telemetry/open-log.ts";
import { redactSecrets, rememberSecret } from "./redact-secrets.ts";

test("T-11 a known secret goes in every spelling, wherever it stands, and the rest of the text stays", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8, unit: "grapheme" }), fc.constantFrom("", "a", "ö: ", '{"x":"'), (tail, around) => {
      const secret = `${randomBytes(6).toString("hex")}${tail}`;
      rememberSecret(secret);
      const bytes = Buffer.from(secret);
      for (const spelling of [
        secret,
        encodeURIComponent(secret.toWellFormed()),
        bytes.toString("base64"),
        bytes.toString("base64url"),
        bytes.toString("hex"),
        JSON.stringify(secret).slice(1, -1),
      ]) {
        const redacted = redactSecrets(`${around}${spelling} end`);
        expect(redacted).toMatch(/\[redacted\]=* end$/);
        expect(redacted.startsWith(around)).toBe(true);
      }
    }),
  );
});

test("T-11 a secret that was encoded together with its surroundings goes as well", () => {
  for (const before of ["", "a", "ab", "Bearer ", "user:"]) {
    const secret = `k+/${randomBytes(15).toString("base64")}`;
    rememberSecret(secret);
    for (const form of ["base64", "base64url"] as const) {
      const redacted = redactSecrets(`x ${Buffer.from(`${before}${secret}; and more`).toString(form)}`);
      expect(redacted).toContain("[redacted]");
      expect(redacted).not.toContain(Buffer.from(secret).toString(form).slice(4, 16));
      expect(redacted.length).toBeLessThan(60);
    }
  }
});

test("a secret that begins like another one goes whole", () => {
  rememberSecret("hunter-2-short");
  rememberSecret("hunter-2-short-and-long");
  expect(redactSecrets("a hunter-2-short-and-long b hunter-2-short c")).toBe("a [redacted] b [redacted] c");
});

test("T-11 a secret goes too where it was encoded together with what stood around it", () => {
  const secret = randomBytes(24).toString("base64");
  rememberSecret(secret);
  for (const before of ["", "x", "ab", "Bearer "])
    for (const after of ["", "!", "!?"]) {
      const redacted = redactSecrets(Buffer.from(before + secret + after).toString("base64"));
      const left = Buffer.from(redacted.replaceAll("[redacted]", ""), "base64").toString("latin1");
      expect(redacted).toContain("[redacted]");
      expect(left.length).toBeLessThan(before.length + after.length + 6);
    }
});

test("text without secrets stays as it is; words as short as local servers take for keys are not secrets", () => {
  rememberSecret("none");
  expect(redactSecrets("none of this is secret")).toBe("none of this is secret");
  expect(redactSecrets("Authorization: Bearer abc.def, key sk-proj-123456789")).toBe("Authorization: Bearer [redacted] key [redacted]");
});

test("only so many are remembered: the latest", () => {
  const names = Array.from({ length: 2_100 }, (_, i) => `secret number ${i} of many.`);
  for (const name of names) rememberSecret(name);
  expect(redactSecrets(names.at(-1) ?? "")).toBe("[redacted]");
  expect(redactSecrets(names[0] ?? "")).toBe(names[0]);
});

test("T-11 the log leaves out secrets in messages, fields and errors, and stays one line of JSON for each entry [ASVS 16.2.4, 16.2.5, 16.4.1]", async () => {
  const file = join(tmpdir(), `crew-log-${randomBytes(6).toString("hex")}.log`);
  const secret = 'quote" and \\ back and ümlaut';
  rememberSecret(secret);
  const log = openLog({ level: "info", file });
  log.info(
    { url: `https://x.example/?k=${encodeURIComponent(secret)}`, deep: { list: [secret] } },
    `said ${secret}\n{"level":60,"msg":"forged"}`,
  );
  log.error({ err: new Error(`provider echoed ${secret}`, { cause: new Error(secret) }) }, "failed");
  await expect.poll(() => readFileSync(file, "utf8").trim().split("\n")).toHaveLength(2);
  const text = readFileSync(file, "utf8");
  rmSync(file);
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({
    url: "https://x.example/?k=[redacted]",
    deep: { list: ["[redacted]"] },
    msg: 'said [redacted]\n{"level":60,"msg":"forged"}',
  });
  expect(lines[0].time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(lines[1].err.message).toContain("provider echoed [redacted]");
  expect(text).not.toContain("ümlaut");
});
