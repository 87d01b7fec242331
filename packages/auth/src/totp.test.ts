import { expect, test } from "vitest";
import { recoveryCodeHash } from "./recovery-codes.ts";
import { codeOf, matchingStep, newSeed, stepAt, totpUri } from "./totp.ts";

/** Appendix B of RFC 6238, cut to six digits. */
const SEED = Buffer.from("12345678901234567890");

test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
])("codes are those of RFC 6238 at %d s", (seconds, code) => {
  expect(codeOf(SEED, stepAt(new Date(seconds * 1000)))).toBe(code);
});

test("a code counts in its own step and those beside it, by the server's clock, and tells its own step [ASVS 6.5.8]", () => {
  const at = new Date(1_234_567_890_000);
  const step = stepAt(at);
  const found = [-2, -1, 0, 1, 2].map((steps) => matchingStep(SEED, codeOf(SEED, step + steps), at));
  expect(found).toEqual([undefined, step - 1, step, step + 1, undefined]);
  for (const code of ["", "00592", "0059244", "00592x", "٠٠٥٩٢٤", " 05924"]) expect(matchingStep(SEED, code, at)).toBeUndefined();
});

test("an app gets the seed in base 32, and the account's name cannot change what else the address says", () => {
  const uri = new URL(totpUri(SEED, "ada+x&secret=AAAA@example.test"));
  expect(uri.searchParams.get("secret")).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  expect(decodeURIComponent(uri.pathname)).toBe("/CrewAI Platform:ada+x&secret=AAAA@example.test");
  expect(newSeed()).toHaveLength(20);
  expect(newSeed().equals(newSeed())).toBe(false);
});

test("a recovery code is the same however it is typed, and nothing else is one", () => {
  const hash = recoveryCodeHash("0123-4567-89ab-cdef-ghjk-mnpq");
  expect(hash).toBeDefined();
  expect(recoveryCodeHash(" OI23 4567 89AB CDEF GHJK MNPQ")).toEqual(hash);
  for (const code of ["", "0123-4567", "0123-4567-89ab-cdef-ghjk-mnpu", "0123-4567-89ab-cdef-ghjk-mnpq0"])
    expect(recoveryCodeHash(code)).toBeUndefined();
});
