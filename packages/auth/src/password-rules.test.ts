import { expect, test } from "vitest";
import { COMMON_PASSWORDS, COMMON_WORDS } from "./common-passwords.ts";
import { weaknessOf } from "./password-rules.ts";

const ADA = { email: "ada.lovelace@analytical.example", name: "Ada Lovelace" };

test("what everybody uses is refused [ASVS 6.2.4]", () => {
  expect(COMMON_PASSWORDS.size).toBeGreaterThan(1_000);
  expect([...COMMON_PASSWORDS].filter((password) => weaknessOf(password, ADA) === undefined)).toEqual([]);
  const weak = [
    "Password123456",
    "P@ssw0rd12345!",
    "qwertyuiop123456",
    "1q2w3e4r5t6y7u",
    "123456789012345",
    "987654321098765",
    "aaaaaaaaaaaaaaaa",
    "abababababab",
    "abcabcabcabcabc",
    "abcdefghijklmnop",
    "zyxwvutsrqponm",
    "asdfghjklasdfghjkl",
    "AdminAdmin2026",
    "WelcomeSummer2026!",
    "11112222333344",
  ];
  expect(weak.filter((password) => weaknessOf(password, ADA) === undefined)).toEqual([]);
});

test("words that everybody takes make no password together, with a year or signs behind them neither [ASVS 6.2.4, 6.2.11]", () => {
  const pairs = COMMON_WORDS.flatMap((first) => COMMON_WORDS.map((second) => `${first}${second}`)).filter(({ length }) => length >= 12);
  expect(pairs.length).toBeGreaterThan(3_000);
  const passwords = pairs.flatMap((pair) => [pair, `${pair}1!`, `${pair}2026`]);
  expect(passwords.filter((password) => weaknessOf(password, ADA) === undefined)).toEqual([]);
});

test("what was leaked before is refused, in any capitals [ASVS 6.2.4, 6.2.12]", () => {
  for (const password of [
    "unbelievable",
    "transformers",
    "Transformers",
    "4815162342lost",
    "needforspeed",
    "ghbdtnrfrltkf",
    "qazwsxedcrfvtgb",
  ])
    expect(weaknessOf(password, ADA), password).toBeDefined();
});

test("what is built on the person's own name or address is refused [ASVS 6.2.11]", () => {
  for (const password of ["AdaLovelace2026", "lovelace-1815!", "analytical2026!", "ada.lovelace@analytical.example"])
    expect(weaknessOf(password, ADA), password).toBeDefined();
});

test("short and endless ones are refused; composition is nobody's business [ASVS 6.2.1] [ASVS 6.2.5] [ASVS 6.2.9]", () => {
  expect(weaknessOf("k7#mQz!p2Vx", ADA)).toContain("12 characters");
  expect(weaknessOf("x".repeat(201), ADA)).toContain("200 characters");
  for (const password of [
    "correct horse battery",
    "another horse battery",
    "nur kleine buchstaben",
    "8264 9175 3304 8861",
    "пароль из слов",
    "k7#mQz!p2Vxt",
    "🦊 over the lazy 🐕 hill",
    "z".repeat(3) + "lumbering otters sing".repeat(5),
  ])
    expect(weaknessOf(password, ADA), password).toBeUndefined();
});
