import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  id: string;
  nodes: { target: string[] }[];
}

const SETTLED_MS = 500;

/**
 * What axe-core finds against WCAG 2.2 A and AA on the page as it stands. Whatever it finds it must find twice: on a busy machine
 * a page that was made narrow and dark a moment ago may still be scrolling beneath what stands still.
 */
export async function violationsOf(page: Page): Promise<string[]> {
  const found = await lookOnce(page);
  if (found.length === 0) return found;
  await page.waitForTimeout(SETTLED_MS);
  return lookOnce(page);
}

async function lookOnce(page: Page): Promise<string[]> {
  await page.evaluate(untilStill);
  await page.evaluate(AXE);
  const found = await page.evaluate<Violation[]>(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then((result) => result.violations)",
  );
  return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

/** Colors that are on their way from one theme to another have the contrast of neither. */
async function untilStill(): Promise<void> {
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
  await Promise.allSettled(ending.map((one) => one.finished));
}
