import { expect, test } from "vitest";
import { visibleText } from "./visible-text.ts";

test("characters that hide or turn others are written as their code", () => {
  expect(visibleText("pay \u202e0001\u202c")).toBe("pay \\u{202e}0001\\u{202c}");
  expect(visibleText("a\u200bb\u2066c\ufeffd\u{e0041}")).toBe("a\\u{200b}b\\u{2066}c\\u{feff}d\\u{e0041}");
  expect(visibleText("zero\u0000, nbsp\u00a0.")).toBe("zero\\u{0}, nbsp\\u{a0}.");
});

test("what is seen stays as it is", () => {
  const text = '{\n\t"to": "grüße@münchen.example", "emoji": "✓ 漢字"\n}';
  expect(visibleText(text)).toBe(text);
});
