import type { RunEvent } from "@crew/contracts/run-events";
import type { Page } from "playwright-core";

/** What a run's page shows, as text. */
export interface ShownRun {
  /** The stream, task by task, with every card unfolded. */
  tasks: { key: string; text: string; receipts: number }[];
  /** As the tab says. */
  events: number;
}

export async function readShownRun(page: Page): Promise<ShownRun> {
  // The state is known before the events are: only then the tasks are there, all of them at once.
  await page.locator('section[aria-label^="Task "]').first().waitFor();
  const folded = page.locator('section[aria-label^="Task "] h2 button[aria-expanded="false"]');
  while ((await folded.count()) > 0) await folded.first().click();
  const tasks = await page.locator('section[aria-label^="Task "]').evaluateAll((sections) =>
    sections.map((section) => ({
      key: section.getAttribute("aria-label")?.slice("Task ".length) ?? "",
      text: section.textContent ?? "",
      receipts: section.querySelectorAll("div > button[aria-expanded]").length,
    })),
  );
  const tab = await page.getByRole("tab", { name: /^Events/ }).textContent();
  return { tasks, events: Number(tab?.replace(/\D/g, "")) };
}

/** Each sentence is something that the page shows too often or not at all, compared with what is stored. */
export function compareWithStored(shown: ShownRun, stored: RunEvent[]): string[] {
  const wrong: string[] = [];
  if (shown.events !== stored.length) wrong.push(`${shown.events} events are shown of ${stored.length}`);
  const keys = new Map<string | null, string>();
  for (const event of stored) if (event.type === "task_started") keys.set(event.taskId, String(event.data.taskKey));
  for (const task of shown.tasks) {
    const own = stored.filter((event) => event.taskId !== null && keys.get(event.taskId) === task.key);
    const texts = own.filter((event) => event.type === "llm_call_completed").map((event) => String(event.data.text).trim());
    for (const text of texts.filter(Boolean)) {
      const times = plain(task.text).split(plain(text)).length - 1;
      if (times !== 1) wrong.push(`task ${task.key} shows an answer ${times} times: ${text.slice(0, 60)}`);
    }
    const calls = own.filter((event) => event.type === "tool_usage_started");
    const ids = new Set(calls.map((event) => event.data.toolCallId));
    if (task.receipts !== ids.size) wrong.push(`task ${task.key} shows ${task.receipts} receipts of ${ids.size}`);
  }
  if (shown.tasks.length !== keys.size) wrong.push(`${shown.tasks.length} tasks are shown of ${keys.size}`);
  return wrong;
}

/** Collects the text in flight as the page draws it, until the returned function is called. */
export async function sampleLiveText(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const samples = new Set<string>();
    Object.assign(window, { liveSamples: samples });
    const look = () => {
      for (const cursor of document.querySelectorAll("div > span.animate-pulse-soft.bg-accent"))
        if (cursor.parentElement?.textContent) samples.add(cursor.parentElement.textContent);
      requestAnimationFrame(look);
    };
    look();
  });
  return () => page.evaluate(() => [...(window as unknown as { liveSamples: Set<string> }).liveSamples]);
}

/** Those of the samples that are not the beginning of any answer: text that was shown twice, or with a hole in it. */
export function strayText(samples: string[], answers: string[]): string[] {
  return samples.filter((sample) => !answers.some((answer) => plain(answer).startsWith(plain(sample))));
}

/** Letters and digits alone: the same for markdown, which a page renders, and for its source. */
export function plain(text: string): string {
  return text.replace(/^\s*\d+[.)]\s/gm, "").replace(/[^\p{L}\p{N}]+/gu, "");
}
