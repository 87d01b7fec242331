import { openTestApi, type TestAnswer, type TestApi } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, expect, test } from "vitest";

const ORIGIN = "http://localhost:3000";
const PASSWORD = "correct horse battery";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

function post(path: string, body: unknown, cookie = ""): Promise<TestAnswer> {
  return api.call("POST", `/api/auth${path}`, { body, headers: { origin: ORIGIN, ...(cookie && { cookie }) } });
}

function cookieOf(answer: TestAnswer): string {
  const lines = [answer.headers["set-cookie"] ?? []].flat().map(String);
  return lines.find((line) => line.startsWith("crew_session="))?.split(";", 1)[0] ?? "";
}

test("who signs in, how, and who fails to is noted for their workspace, without what they typed [ASVS 16.2.2, 16.3.1]", async () => {
  const email = "grace@example.test";
  const cookie = cookieOf(await post("/sign-up/email", { name: "Grace", email, password: PASSWORD }));
  expect((await post("/sign-in/email", { email, password: "a wrong guess at it" })).status).toBe(401);
  expect((await post("/sign-in/email", { email, password: PASSWORD })).status).toBe(200);
  await api.system.securityJournal.flush();
  const { json, text } = await api.call("GET", "/v1/security-events?kind=sign_in.", { headers: { cookie } });
  expect(json.data).toHaveLength(3);
  expect(json.data).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: "sign_in.succeeded", severity: "info", address: "127.0.0.1", detail: { by: "sign-up" } }),
      expect.objectContaining({ kind: "sign_in.succeeded", severity: "info", address: "127.0.0.1", detail: { by: "password" } }),
      expect.objectContaining({ kind: "sign_in.failed", severity: "warning", address: "127.0.0.1" }),
    ]),
  );
  for (const { user, createdAt } of json.data) {
    expect(user).toMatchObject({ name: "Grace" });
    expect(createdAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  }
  expect(text).not.toContain("wrong guess");
});

test("signing out clears what the browser has kept, and nothing else does [ASVS 14.3.1]", async () => {
  const signedUp = await post("/sign-up/email", { name: "Ida", email: "ida@example.test", password: PASSWORD });
  expect(signedUp.headers["clear-site-data"]).toBeUndefined();
  const out = await post("/sign-out", {}, cookieOf(signedUp));
  expect(out).toMatchObject({ status: 200, headers: { "clear-site-data": '"storage"' } });
  expect(String(out.headers["set-cookie"])).toMatch(/^crew_session=; Max-Age=0/);
});
