/**
 * Characters that are not seen, or that turn the order of those around them: what a person is to judge must not hold
 * any in secret. Line breaks and tabs stay.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u2000-\u200a\u3000\u115f\u1160\u3164\uffa0]/gu;

/** The text with each unseen character written as its code, such as `\u{202e}`. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (character) =>
    character === "\n" || character === "\t" ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
