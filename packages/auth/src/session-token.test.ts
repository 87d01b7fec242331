import { expect, test } from "vitest";
import { newSessionToken } from "./session-rows.ts";

test("a session's token has 192 bits of the system's generator, and no two are alike [ASVS 7.2.3]", () => {
  const tokens = Array.from({ length: 20_000 }, newSessionToken);
  expect(new Set(tokens).size).toBe(tokens.length);
  // Each bit is set in about half of them: none is fixed, none follows the clock.
  const bytes = tokens.map((token) => Buffer.from(token, "base64url"));
  expect(new Set(bytes.map(({ length }) => length))).toEqual(new Set([24]));
  for (let bit = 0; bit < 192; bit++) {
    const set = bytes.filter((one) => (one.readUInt8(bit >> 3) >> (bit & 7)) & 1).length;
    expect(set / tokens.length).toBeGreaterThan(0.45);
    expect(set / tokens.length).toBeLessThan(0.55);
  }
});
