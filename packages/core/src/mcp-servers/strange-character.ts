/** What a person who reads a text does not see, and a model does: controls, formats, tags, fillers, private characters. */
const STRANGE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const LINE = /[\t\n\r]/;
/** A sign that is shown in color; it hides nothing where it follows one. */
const COLOR_MARK = "\uFE0F";
const COLORED = /[\p{Extended_Pictographic}#*0-9]$/u;

/** The first character of a text that nobody could see, such as `U+E0041`. */
export function strangeCharacterIn(text: string): string | null {
  for (const match of text.matchAll(STRANGE)) {
    const [character] = match;
    if (LINE.test(character)) continue;
    if (character === COLOR_MARK && COLORED.test(text.slice(Math.max(0, match.index - 2), match.index))) continue;
    return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  }
  return null;
}
