const STOP_WORDS = new Set(
  (
    "a about above after again all also although always am an and any are as at be because been before being below between both but by came can " +
    "could did do does doing done down each either etc even ever every few for from further get give given gives go goes got had has have having " +
    "he her here hers him his how however i if in into is it its itself just let like made make makes many may me might more most much must my " +
    "near need never no nor not now of off on once one only or other our out over own per put said same she should since so some such take than " +
    "that the their them then there these they this those through thus to too two under until up upon us use used uses using very via was way we " +
    "well were what when where which while who whom whose why will with within without would yes yet you your " +
    "aber als am an auch auf aus bei bis das dass dem den der des die doch durch ein eine einem einen einer es für hat ich ihr im in ist kann mit " +
    "nach nicht noch nur oder sein sich sie sind so über um und uns unter von vor war was weil wenn werden wie wir wird zu zum zur " +
    "au aux avec ce ces cette dans de des du elle en est et il ils je la le les leur lui mais ne nous on ou par pas pour qu que qui sa se ses son " +
    "sont sur un une vous al como con del el entre es esta este las lo los más muy no o para pero por se sin su sus y ya"
  ).split(" "),
);

/** Words that tell the form of an answer, not what it is about. */
const FORM_WORDS = new Set(
  (
    "answer article background brief bullet bulleted bullets clear column columns concise content context csv description detail detailed document " +
    "documents email expected extract field fields file find five format four headline headlines important input item items json key line lines list " +
    "lists mail main markdown message name named note notes number numbered output page paragraph paragraphs pick plain point points provide read " +
    "report result results section sections sentence sentences short source summarise summarize summary table task ten text texts three title turn " +
    "word words write written"
  ).split(" "),
);

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Lower-case words of a text, endings cut off roughly; scripts without spaces give pairs of characters. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const word of text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []) {
    if (CJK.test(word)) {
      const characters = [...word].slice(0, 200);
      for (let at = 0; at + 1 < characters.length; at++) terms.push(`${characters[at]}${characters[at + 1]}`);
    } else if (word.length > 1 && !STOP_WORDS.has(word)) {
      terms.push(stem(word));
    }
  }
  return terms;
}

/** What a text is about: its terms without words that only name a form. */
export function subjectTerms(text: string): Set<string> {
  const words = text.replace(/[\p{L}]+/gu, (word) => (FORM_WORDS.has(word.toLowerCase()) ? " " : word));
  return new Set(termsOf(words));
}

function stem(word: string): string {
  if (word.length < 5 || /\d/.test(word)) return word;
  return word.replace(/(?:ies|ied)$/, "y").replace(/(?:ingly|edly|ing|ed|es|s|ly)$/, "");
}

export function wordCount(text: string): number {
  return text.match(/[\p{L}\p{N}]+(?:['’.,-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
}
