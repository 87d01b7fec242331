import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { newWebhookSecret, signWebhook, verifyWebhook } from "./standard-webhook.ts";

/** The example of the specification. */
const PUBLISHED = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};
const now = new Date(PUBLISHED.timestamp * 1000);
const headers = signWebhook(PUBLISHED, [PUBLISHED.secret]);
const verdict = (changed: Record<string, string | undefined>, options: { body?: string; secrets?: string[]; at?: Date } = {}) =>
  verifyWebhook({ ...headers, ...changed }, options.body ?? PUBLISHED.body, {
    secrets: options.secrets ?? [PUBLISHED.secret],
    now: options.at ?? now,
  });
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);

test("T-23 the published example signs and verifies", () => {
  expect(headers).toEqual({
    "webhook-id": PUBLISHED.id,
    "webhook-timestamp": String(PUBLISHED.timestamp),
    "webhook-signature": PUBLISHED.signature,
  });
  expect(verdict({})).toEqual({ isValid: true, id: PUBLISHED.id });
});

test("T-23 another secret, body, order, id or time is refused", () => {
  const other = newWebhookSecret();
  const foreign = createHmac("sha256", "x").update("x").digest("base64");
  expect(verdict({}, { secrets: [other] })).toEqual({ isValid: false, why: "signature" });
  for (const body of ['{"test": 2432232315}', '{"test":2432232314}', `${PUBLISHED.body}\n`, ""])
    expect(verdict({}, { body })).toEqual({ isValid: false, why: "signature" });
  expect(verdict({ "webhook-id": "msg_other" })).toEqual({ isValid: false, why: "signature" });
  expect(verdict({ "webhook-timestamp": String(PUBLISHED.timestamp + 1) })).toEqual({ isValid: false, why: "signature" });
  for (const signature of [`v1,${foreign}`, PUBLISHED.signature.replace("v1,", "v1a,"), PUBLISHED.signature.slice(3), "v1,", "", "v1,=="])
    expect(verdict({ "webhook-signature": signature }).isValid).toBe(false);
});

test("T-23 what is older or newer than five minutes is refused, to the second", () => {
  expect(verdict({}, { at: after(300) }).isValid).toBe(true);
  expect(verdict({}, { at: after(-300) }).isValid).toBe(true);
  expect(verdict({}, { at: after(301) })).toEqual({ isValid: false, why: "time" });
  expect(verdict({}, { at: after(-301) })).toEqual({ isValid: false, why: "time" });
});

test("T-23 of several signatures one that is right suffices, and either secret may sign while they change over", () => {
  const fresh = newWebhookSecret();
  const both = signWebhook(PUBLISHED, [fresh, PUBLISHED.secret]);
  expect(both["webhook-signature"]?.split(" ")).toHaveLength(2);
  for (const secrets of [[fresh], [PUBLISHED.secret], [newWebhookSecret(), fresh]]) expect(verdict(both, { secrets }).isValid).toBe(true);
  const many = Array.from({ length: 50 }, () => "v1,AAAA").join(" ");
  expect(verdict({ "webhook-signature": `${many} ${PUBLISHED.signature}` }).isValid).toBe(false);
});

test("headers that are missing, doubled or malformed are refused", () => {
  for (const name of Object.keys(headers)) expect(verdict({ [name]: undefined })).toEqual({ isValid: false, why: "headers" });
  for (const timestamp of ["", "now", "1614265330.5", "-1", "1e9", "9".repeat(20)])
    expect(verdict({ "webhook-timestamp": timestamp })).toEqual({ isValid: false, why: "headers" });
  for (const id of ["", "a.b", "a b", "x".repeat(201), "ü"])
    expect(verdict({ "webhook-id": id })).toEqual({ isValid: false, why: "headers" });
});

test("a secret has 256 bits; a short one signs nothing", () => {
  expect(Buffer.from(newWebhookSecret().slice("whsec_".length), "base64")).toHaveLength(32);
  expect(() => signWebhook(PUBLISHED, ["whsec_c2hvcnQ="])).toThrow(RangeError);
});
