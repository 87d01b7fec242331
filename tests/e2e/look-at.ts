import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { violationsOf } from "./violations-of.ts";

/** A folder: every page that is looked at leaves a picture there, in all shapes and themes. */
const PICTURES = process.env.CREW_E2E_PICTURES;
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

const LOOKS = [
  { shape: "wide-light", viewport: WIDE, colorScheme: "light" },
  { shape: "phone-dark", viewport: PHONE, colorScheme: "dark" },
] as const;
const ALL_LOOKS = [
  ...LOOKS,
  { shape: "wide-dark", viewport: WIDE, colorScheme: "dark" },
  { shape: "phone-light", viewport: PHONE, colorScheme: "light" },
] as const;

/** The page as it stands, at both widths and in both themes: axe-core finds nothing, and nothing is wider than the window. */
export async function lookAt(page: Page, name: string): Promise<void> {
  try {
    await lookInAllShapes(page, name);
  } finally {
    await page.setViewportSize(WIDE);
    await page.emulateMedia({ colorScheme: "light" });
  }
}

async function lookInAllShapes(page: Page, name: string): Promise<void> {
  for (const { shape, viewport, colorScheme } of PICTURES ? ALL_LOOKS : LOOKS) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // First what waits until the page stands still: a page that just became narrow is laid out anew in the frames after.
    const violations = await violationsOf(page);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect({ name, shape, violations, tooWide }).toEqual({ name, shape, violations: [], tooWide: 0 });
    if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}-${shape}.png`), fullPage: true });
  }
}
