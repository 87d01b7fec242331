import { codeOf, stepAt } from "@crew/auth/totp";
import type { Page } from "playwright-core";

const BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** What an authenticator app shows for the key that a person typed into it; `later`: so many codes from now. */
export function shownCode(key: string, later = 0): string {
  const bits = [...key.replace(/\s/g, "")].map((letter) => BASE_32.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const seed = Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
  return codeOf(seed, stepAt(new Date()) + later);
}

export async function signUp(page: Page, person: { name: string; email: string; password: string }): Promise<void> {
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("button", { name: "Run this crew" }).waitFor();
}

/** E-mail and password; what follows depends on whether the person has a second factor. */
export async function enterPassword(page: Page, person: { email: string; password: string }): Promise<void> {
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}
