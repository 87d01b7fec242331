import { codeOf, stepAt } from "@crew/auth/totp";
import { openTestApi, type TestAnswer } from "@crew/testing/open-test-api";
import { expect, test } from "vitest";

const ORIGIN = "http://localhost:3000";
const PASSWORD = "correct horse battery";
const NEW_PASSWORD = "lumbering otters sing";

function cookieOf(answer: TestAnswer): string {
  const lines = [answer.headers["set-cookie"] ?? []].flat().map(String);
  return lines.find((line) => line.startsWith("crew_session="))?.split(";", 1)[0] ?? "";
}

function seedIn(totpUri: string): Buffer {
  const letters = [...(new URL(totpUri).searchParams.get("secret") ?? "")];
  const bits = letters.map((one) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(one).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

test("who has a second factor shows it before another address or password and before leaving, beside the password [ASVS 7.5.1]", async () => {
  await using api = await openTestApi();
  const post = (path: string, body: unknown, cookie = "") =>
    api.call("POST", path, { body, headers: { origin: ORIGIN, ...(cookie && { cookie }) } });
  const first = await post("/api/auth/sign-up/email", { name: "Ada", email: "ada@example.test", password: PASSWORD });
  const begun = (await post("/api/auth/two-factor/enable", { password: PASSWORD }, cookieOf(first))).json;
  const code = codeOf(seedIn(begun.totpUri), stepAt(api.system.now()));
  let cookie = cookieOf(await post("/api/auth/two-factor/verify-totp", { code }, cookieOf(first)));

  await api.system.pool.query("UPDATE sessions SET proven_at = now() - interval '11 minutes'");
  const acts: [string, object][] = [
    ["/api/auth/change-email", { newEmail: "grace@example.test", password: PASSWORD }],
    ["/api/auth/change-password", { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }],
    ["/api/auth/delete-account", { password: PASSWORD }],
  ];
  for (const [path, body] of acts)
    expect(await post(path, body, cookie), path).toMatchObject({ status: 403, json: { code: "forbidden", remedy: "step_up" } });

  expect((await post("/v1/me/step-up", { code: begun.recoveryCodes[3] }, cookie)).status).toBe(204);
  for (const [path, body] of acts.with(2, ["/api/auth/delete-account", { password: NEW_PASSWORD }])) {
    const answer = await post(path, body, cookie);
    expect(answer.status, `${path}: ${answer.text}`).toBe(200);
    cookie = cookieOf(answer) || cookie;
  }
  expect((await api.call("GET", "/v1/me", { headers: { cookie } })).status).toBe(401);
});
