import { AppError } from "@crew/core/app-error";
import { COMMON_PASSWORDS, COMMON_WORDS } from "./common-passwords.ts";
import { isLeaked } from "./leaked-passwords.ts";

/** Whose password it is to be; parts of both say nothing that a guesser does not know. */
interface Person {
  email: string;
  name: string;
}

const MIN_LENGTH = 12;
const MAX_LENGTH = 200;
/** How many characters must be left when runs and known words are taken out. */
const MIN_REST = 6;
const MIN_DISTINCT = 5;

const ROWS = [
  "abcdefghijklmnopqrstuvwxyz",
  "0123456789",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "qwertzuiop",
  "yxcvbnm",
  "azertyuiop",
  "qsdfghjklm",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
  "1q2w3e4r5t6y7u8i9o0p",
  "q1w2e3r4t5y6u7i8o9p0",
];
const LINES = ROWS.flatMap((row) => [row + row, [...(row + row)].toReversed().join("")]);

/** Throws `invalid` for a password that is guessed early, with what is wrong about it; length and rarity count, composition does not. */
export function refuseWeakPassword(password: string, person: Person): void {
  const reason = weaknessOf(password, person);
  if (reason)
    throw new AppError("invalid", `Choose another password: this one ${reason}.`, { issues: [{ path: "password", message: reason }] });
}

/** What makes a password easy to guess; `undefined`: nothing that we know of. */
export function weaknessOf(password: string, { email, name }: Person): string | undefined {
  const length = [...password].length;
  if (length < MIN_LENGTH) return `has fewer than ${MIN_LENGTH} characters`;
  if (password.length > MAX_LENGTH) return `has more than ${MAX_LENGTH} characters`;
  const plain = plainOf(password);
  const typed = password.toLowerCase();
  if (COMMON_PASSWORDS.has(plain) || COMMON_PASSWORDS.has(typed)) return "is one of the commonest";
  if (isLeaked(password)) return "has been leaked before";
  if (new Set(plain).size < MIN_DISTINCT) return "has too few different characters";
  if (isRepeated(plain)) return "repeats itself";
  const personal = [...email.split(/[@.+_-]/), ...name.split(/\s+/), email].map(plainOf).filter((part) => [...part].length >= 4);
  if (personal.some((part) => plain.includes(part) && plain.length - part.length < MIN_LENGTH - 2))
    return "is built on your name or e-mail address";
  // In either order, since a run may begin with the end of a word: "flo-wert-igger".
  if ([plain, typed].some((text) => withoutWords(withoutRuns(text)).length < MIN_REST || withoutRuns(withoutWords(text)).length < MIN_REST))
    return "is made of common words, runs of keys or repeated characters";
  return undefined;
}

/** What a guesser's program undoes first: capitals, and signs that stand for letters. */
function plainOf(text: string): string {
  const signs: Record<string, string> = { "@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", $: "s", "5": "s", "7": "t" };
  const lower = text.toLowerCase();
  // Digits among letters stand for letters; a number is a number.
  return /[a-z]/.test(lower) ? lower.replace(/(?<=[a-z])[@4310!$57](?=[a-z])/g, (sign) => signs[sign] ?? sign) : lower;
}

function isRepeated(text: string): boolean {
  for (let size = 1; size <= text.length / 2; size++) {
    const block = text.slice(0, size);
    if (block.repeat(Math.ceil(text.length / size)).slice(0, text.length) === text && size < MIN_LENGTH - 2) return true;
  }
  return false;
}

/** Without the runs of four or more that follow the alphabet, the digits, a row of keys, or stay on one key. */
function withoutRuns(text: string): string {
  let rest = "";
  for (let at = 0; at < text.length; ) {
    const size = runAt(text, at);
    if (size < 4) rest += text.slice(at, at + 1);
    at += size < 4 ? 1 : size;
  }
  return rest;
}

function runAt(text: string, at: number): number {
  let same = 1;
  while (text[at + same] === text[at]) same++;
  let size = same;
  while (at + size < text.length && LINES.some((line) => line.includes(text.slice(at, at + size + 1)))) size++;
  return size;
}

function withoutWords(text: string): string {
  return COMMON_WORDS.reduce((rest, word) => rest.replaceAll(word, ""), text);
}
