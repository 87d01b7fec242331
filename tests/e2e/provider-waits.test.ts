import type { CrewInput } from "@crew/contracts/crews";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { expect, test } from "vitest";
import { lookAt } from "./look-at.ts";
import { openConsole } from "./open-console.ts";

/** How a run tells of attempts, other models and waits, and where a provider's pace is seen and set. */

const agent = { role: "Scout", goal: "Find what matters", backstory: "", tools: [], maxIterations: 25, maxExecutionSeconds: null };
const task = (key: string, by: string) => ({ key, description: `Say something about ${key}`, expectedOutput: "One sentence", agent: by });
const CREW = {
  name: "Tides",
  model: "ollama/good",
  agents: [
    { ...agent, key: "first", model: "ollama/down", fallbackModels: ["ollama/locked", "ollama/good"] },
    { ...agent, key: "second", model: "ollama/good", fallbackModels: [] },
    { ...agent, key: "third", model: "ollama/busy", fallbackModels: [] },
  ],
  tasks: [task("moon", "first"), task("sun", "second"), task("wind", "third")],
} as unknown as CrewInput;

test("a run tells of its attempts, the models it turned to and what it waits for; settings show and set the pace", async () => {
  await using stack = new AsyncDisposableStack();
  const fake = stack.use(
    await startFakeProvider({
      script: {
        entries: [
          { when: { model: "down" }, fault: { type: "status", status: 503, message: "The model is overloaded", retryAfter: 0 } },
          { when: { model: "locked" }, fault: { type: "status", status: 401, message: "Incorrect API key" } },
          { when: { model: "good", contains: "sun" }, times: 1, text: "The sun pulls at", fault: { type: "cut", afterChunks: 2 } },
          { when: { model: "good" }, text: "The moon pulls twice as much as the sun." },
          { when: { model: "busy" }, fault: { type: "status", status: 429, message: "Too many requests", retryAfter: 90 } },
        ],
      },
    }),
  );
  const { ada, complaints, openPage } = stack.use(await openConsole({ fake }));
  const page = await openPage(ada);

  const crew = await ada.call("POST", "/v1/crews", CREW);
  const { id } = await ada.call("POST", `/v1/crews/${crew.id}/runs`, {});
  await ada.untilRun(id, ({ reason }) => reason === "provider_limit");
  await page.goto(`/runs/${id}`);
  await page.getByRole("heading", { name: "Waits for its turn at the model's provider" }).waitFor();
  await page.getByText(/At \d\d:\d\d:\d\d, in 1 m \d\d s/).waitFor();
  const moon = page.getByRole("region", { name: "Task moon" });
  await moon.getByRole("button", { name: /moon/ }).click();
  await moon.getByText("Show 2 earlier attempts").click();
  await moon.getByText(/Attempt 1, ollama\/down\. The provider failed: HTTP 503: The model is overloaded\. Asked again at once/).waitFor();
  await moon.getByText(/Attempt 4.*ollama\/locked is asked in its place/).waitFor();
  await moon.getByText(/Attempt 5, ollama\/locked.*HTTP 401: Incorrect API key\. ollama\/good is asked in its place/).waitFor();
  const sun = page.getByRole("region", { name: "Task sun" });
  await sun.getByRole("button", { name: /sun/ }).click();
  await sun.getByText(/The answer was cut off before its end.*Its text is void/).waitFor();
  await lookAt(page, "run");

  await page.getByRole("tab", { name: "Ledger" }).click();
  const ledger = page.getByRole("region", { name: "Calls of moon" });
  await ledger.getByText("6 attempts").waitFor();
  await ledger.getByText("5 came to nothing").waitFor();
  await lookAt(page, "ledger");

  await page.goto("/settings/models");
  await page.getByText(/asked to wait, goes on in/).waitFor();
  await ada.call("POST", "/v1/model-providers", { kind: "openai-compatible", name: "local", baseUrl: "https://models.example.com/v1" });
  await page.reload();
  await page.getByRole("button", { name: "Limits" }).click();
  const dialog = page.getByRole("dialog", { name: "Limits of local" });
  await dialog.getByLabel("Requests a minute").fill("lots");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByLabel("Requests a minute").fill("60");
  await dialog.getByLabel("Tokens a minute").fill("90,000");
  await lookAt(page, "limits-dialog");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("60 requests a minute · 90,000 tokens a minute").waitFor();
  await lookAt(page, "models");

  await page.goto(`/crews/${crew.id}`);
  await page.getByRole("button", { name: /first/ }).first().click();
  await page.getByText("Fallback models").first().waitFor();
  await lookAt(page, "crew");
  expect(complaints).toEqual({ strangers: [], errors: [] });
});
