import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { curlOf, samplePayload } from "./trigger-curl.ts";

test("the shown command signs as Standard Webhooks asks, also what has quotes in it", () => {
  const secret = `whsec_${Buffer.from("0123456789abcdef0123456789abcdef").toString("base64")}`;
  const body = `{"title":"It's \\"new\\" $HOME"}`;
  const script = curlOf("http://localhost:3000/v1/triggers/trigger_x/events", secret, body);
  // A shell function in the place of curl shows what would be sent.
  const sent = execFileSync("bash", ["-c", `curl() { printf '%s\\n' "$@"; }\n${script}`], { encoding: "utf8" }).split("\n");
  const header = (name: string) => sent.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? "";
  expect(sent).toContain(body);
  expect(sent).toContain("http://localhost:3000/v1/triggers/trigger_x/events");
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signed = `${header("webhook-id")}.${header("webhook-timestamp")}.${body}`;
  expect(header("webhook-signature")).toBe(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
});

test("a sample has something wherever the mapping looks", () => {
  expect(JSON.parse(samplePayload(["$.data.title", "$.data.by_whom", "constant", "$"]))).toEqual({
    data: { title: "a title", by_whom: "a by whom" },
  });
  expect(JSON.parse(samplePayload(["plain"]))).toEqual({ type: "example", data: {} });
});
