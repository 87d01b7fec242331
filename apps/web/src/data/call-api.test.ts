import { ApiError } from "@crew/client/api-error";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { callApi } from "./call-api.ts";
import { chooseWorkspace } from "./chosen-workspace.ts";
import { sessionEndpoints } from "./endpoints.ts";
import { answerStepUp, isStepUpAsked } from "./step-up-store.ts";

const sent: Record<string, string>[] = [];
let answers: Response[] = [];
const problem = (remedy: string) =>
  Response.json(
    { type: "about:blank", title: "", status: 403, detail: "Prove who you are.", code: "forbidden", requestId: "r", remedy },
    { status: 403 },
  );

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage;
}

beforeEach(() => {
  sent.length = 0;
  vi.stubGlobal("sessionStorage", storage());
  vi.stubGlobal("localStorage", storage());
  vi.stubGlobal("fetch", async (_url: string, init: { headers: Record<string, string> }) => {
    sent.push(init.headers);
    return answers.shift() ?? Response.json({});
  });
});
afterEach(() => vi.unstubAllGlobals());

test("what asks for the password once more is sent again after it was given, without a word from the page", async () => {
  answers = [problem("step_up"), Response.json({ ticket: "after" })];
  const done = callApi(sessionEndpoints.socketTicket);
  await expect.poll(() => isStepUpAsked()).toBe(true);
  expect(sent).toHaveLength(1);
  answerStepUp("confirmed");
  expect(await done).toEqual({ ticket: "after" });
  expect(sent).toHaveLength(2);
  expect(isStepUpAsked()).toBe(false);
});

test("two calls ask one question; who declines gets the refusal, and nothing is sent again", async () => {
  answers = [problem("step_up"), problem("step_up")];
  const both = [callApi(sessionEndpoints.me), callApi(sessionEndpoints.socketTicket)].map((call) => call.catch((error: unknown) => error));
  await expect.poll(() => sent).toHaveLength(2);
  await expect.poll(() => isStepUpAsked()).toBe(true);
  answerStepUp("declined");
  for (const error of await Promise.all(both)) expect(error).toMatchObject({ code: "forbidden", remedy: "step_up" });
  expect(sent).toHaveLength(2);
});

test("another refusal is told as it is", async () => {
  answers = [problem("second_factor")];
  await expect(callApi(sessionEndpoints.me)).rejects.toBeInstanceOf(ApiError);
  expect(isStepUpAsked()).toBe(false);
});

test("every call names the workspace of this window; what is no id is never sent", async () => {
  const id = `workspace_${"0".repeat(26)}`;
  chooseWorkspace(id);
  await callApi(sessionEndpoints.me);
  sessionStorage.setItem("workspace", "evil\r\nx: y");
  await callApi(sessionEndpoints.me);
  chooseWorkspace(null);
  await callApi(sessionEndpoints.me);
  expect(sent.map((headers) => headers["x-workspace-id"])).toEqual([id, undefined, undefined]);
});
