import { sentencesOf, type TextUnit } from "./text-units.ts";

export interface ActionItem {
  what: string;
  owner: string | null;
  due: string | null;
}

const ONE_NAME = "[\\p{Lu}][\\p{L}'’-]+(?: [\\p{Lu}][\\p{L}'’-]+)?";
const NAME = `${ONE_NAME}(?:(?:, ${ONE_NAME})?,? and ${ONE_NAME})?`;
const NO_NAMES =
  /^(?:The|It|This|That|These|Those|They|We|He|She|You|There|Here|What|Who|When|If|But|And|So|Also|All|Everyone|Nobody|Somebody|Someone|Action|Actions|Todo|Next|Note|Notes|Decision|Decisions|Open|Agenda|Deadline|Due|Date|Time|Risk|Budget|Team|Our|Please|Agreed|Decided|Left|Voted|Resolved|Moved|Present|Absent|Both|Whoever|Anyone|Members|Management|Question|Answer)\b/;
const VERBS =
  "add|adjust|advertise|agree|analy[sz]e|announce|apply|approve|arrange|ask|book|bring|brief|build|buy|call|change|check|circulate|clarify|clean|close|collect|compare|complete|confirm|contact|coordinate|count|cover|create|cut|decide|deliver|design|discuss|document|draft|e-?mail|estimate|examine|exchange|file|fill|find|finish|fix|follow|forward|get|give|go through|hand|handle|have (?:it|them|this|that|the|a|an|his|her|their|our)|help|hire|implement|inform|inspect|insure|interview|investigate|install|invite|keep|launch|lead|let|list|look|make|measure|meet|migrate|move|negotiate|open|order|organi[sz]e|own|paint|pay|phone|pick|plan|post|prepare|present|print|propose|prove|provide|publish|pull|push|put|raise|reach|read|reserve|recruit|redo|register|remind|remove|renew|rent|repair|replace|reply|report|request|research|resolve|review|rewrite|return|ring|roll|run|schedule|see|sell|send|set|set up|share|ship|sign|sort|speak|start|submit|summari[sz]e|take|talk|teach|tell|test|train|translate|try|turn|update|upload|verify|work|write";
const DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag";
const MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\\.?";
const DATE = `(?:next |this )?(?:${DAY})(?: (?:morning|noon|afternoon|evening))?(?:,? (?:the )?\\d{1,2}(?:st|nd|rd|th|\\.)? (?:of )?${MONTH}|,? ${MONTH} \\d{1,2}(?:st|nd|rd|th)?(?!\\d))?(?: \\d{4})?|\\d{4}-\\d{2}-\\d{2}|\\d{1,2}(?:st|nd|rd|th|\\.)? (?:of )?${MONTH}(?: \\d{4})?|${MONTH} \\d{1,2}(?:st|nd|rd|th)?(?:,? \\d{4})?|\\d{1,2}/\\d{1,2}(?:/\\d{2,4})?|\\d{1,2}\\.\\d{1,2}\\.(?:\\d{2,4})?|tomorrow|today|tonight|(?:the )?end of (?:the |this |next )?(?:day|week|month|quarter|year|${MONTH})|(?:next|this) (?:week|month|quarter|sprint|meeting)|the next meeting|mid-?${MONTH}|eod|eow|asap|q[1-4](?: \\d{4})?`;

export const DATE_PATTERN = new RegExp(`\\b(?:${DATE})(?![\\p{L}\\p{N}])`, "iu");
const DUE = new RegExp(
  `[,;–-]?\\s*\\(?\\b(?:by|before|until|till|due(?: by| on)?:?|no later than|on|bis)\\s+(${DATE})(?![\\p{L}\\p{N}])\\)?`,
  "iu",
);
/** "Ana will send it this week": needs no preposition. */
const PLAIN_DUE =
  /\s+((?:this|next) (?:week|month|quarter|sprint|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|tomorrow|today|tonight|at the next meeting)\.?$/i;
const BARE_DUE = new RegExp(`\\s*[,;(–-]\\s*(${DATE})\\)?\\.?$`, "iu");

const WILL = new RegExp(
  `^(${NAME})(?:,)? (?:will|to|should|must|shall|needs? to|has to|have to|(?:is|are) (?:going )?to|(?:was|were) asked to|(?:has|have) been asked to|(?:has |have )?(?:agreed|offered|volunteered|promised|undertook|committed) to|(?:said|promised) (?:that )?(?:he|she|they) (?:will|would)|takes over|takes|wird|soll) (.+)$`,
  "u",
);
const LEADING = new RegExp(`^(${NAME}): (?:to |will |please )?(.+)$`, "u");
const SPOKEN = new RegExp(`^(${NAME}): .*?\\b(?:I['’]ll|I will|I can|I am going to|let me) (.+)$`, "u");
const TRAILING = new RegExp(`^(.+?)\\s*(?:[–—-]|→|->|\\(|\\[)\\s*(?:owner:? )?(${NAME})\\)?\\]?\\.?$`, "u");
const LABELLED = /\b(?:owner|assigned to|responsible|assignee|verantwortlich)\b:?\s*([\p{Lu}][\p{L}'’-]+(?: [\p{Lu}][\p{L}'’-]+)?)/iu;
const AT_NAME = /@([\p{L}][\p{L}\p{N}._-]{1,30})/u;
const MARK = /^(?:action(?: item)?|to-?do|ai|task|next step|follow-up|aufgabe)\s*[:–-]\s*/i;
const NEED = /\b(?:we|someone|somebody|the team|it) (?:still )?(?:need(?:s)? to|must|have to|has to|should)\s+(.+)$/i;
const STARTS_WITH_VERB = new RegExp(`^(?:please )?(?:${VERBS})\\b`, "i");
const HAS_VERB = new RegExp(`\\b(?:${VERBS})\\b`, "i");

/**
 * Reads the to-dos with their owners and dates out of a unit; `before` is the sentence before it, for "Ana will send it".
 * One sentence can give several: "Ana will call, and Ben will write".
 */
export function actionItems(unit: TextUnit, isUnderActions: boolean, before = ""): ActionItem[] {
  const kept = keptItem(unit.text);
  if (kept !== null) return [kept];
  const sentences = sentencesOf(unit.text);
  return sentences.flatMap((sentence, at) =>
    clausesOf(sentence, unit.isListItem).flatMap((text) => {
      const item = actionItem({ ...unit, text }, isUnderActions);
      return item === null ? [] : [withMeaning(item, sentences[at - 1] ?? before)];
    }),
  );
}

const NEW_CLAUSE = new RegExp(
  `(?:;|,? (?:and|while|but|whereas)|,)\\s+(?=${ONE_NAME} (?:will|shall|must|is to|has to|agreed to|promised to)\\b)|;\\s+`,
  "u",
);

function clausesOf(sentence: string, isListItem: boolean): string[] {
  const clauses = sentence.split(NEW_CLAUSE);
  // "Anna and Ben will …" has two owners, not two clauses.
  const isWhole = isListItem || clauses.length === 1 || new RegExp(`^${ONE_NAME}$`, "u").test(clauses[0] ?? "");
  return isWhole ? [sentence] : clauses;
}

const LONGEST_MEANING = 160;

/** "Have it exchanged" says nothing alone; the sentence before says what "it" is. */
function withMeaning(item: ActionItem, before: string): ActionItem {
  const isVague = /^(?:\p{L}+ ){1,3}?(?:it|them|this|that|these|those|so)\b(?! \p{Ll}+ (?:that|which)\b)/iu.test(item.what);
  if (!isVague || before === "" || before.length > LONGEST_MEANING) return item;
  return { ...item, what: `${item.what} (“${before}”)` };
}

/** What is longer says no single thing that somebody is to do, and the patterns below take their time on it. */
const LONGEST_ITEM = 1_000;

function actionItem(unit: TextUnit, isUnderActions: boolean): ActionItem | null {
  if (unit.text.length > LONGEST_ITEM) return null;
  const isMarked = MARK.test(unit.text) || isUnderActions;
  let text = unit.text.replace(MARK, "").trim();
  if (/\?\s*$/.test(text)) return null;

  const due = DUE.exec(text) ?? PLAIN_DUE.exec(text) ?? (isMarked ? BARE_DUE.exec(text) : null);
  if (due !== null) text = `${text.slice(0, due.index)}${text.slice(due.index + due[0].length)}`.trim();
  const at = LABELLED.exec(text) ?? AT_NAME.exec(text);
  let owner = at?.[1] ?? null;
  if (at !== null)
    text = text
      .replace(at[0], "")
      .replace(/[([]\s*[)\]]/g, "")
      .trim();

  const found = ownedBy(text, isMarked);
  if (found !== null) ({ owner, text } = { owner: owner ?? found.owner, text: found.text });
  else {
    const need = NEED.exec(text);
    if (need !== null && STARTS_WITH_VERB.test(need[1] ?? "")) text = need[1] ?? text;
    else if (!isMarked && !(at !== null && HAS_VERB.test(text)) && !(unit.isListItem && due !== null && STARTS_WITH_VERB.test(text)))
      return null;
  }
  const what = tidied(text);
  return what.length < 3 ? null : { what, owner, due: due?.[1] === undefined ? null : tidiedDate(due[1]) };
}

/** The full stop of the sentence is none of an abbreviated month. */
function tidiedDate(date: string): string {
  return /\b(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$/i.test(date) || /\d\.\d{1,2}\.$/.test(date)
    ? date.trim()
    : date.replace(/\.$/, "").trim();
}

/** Our own form of an item, from an earlier task. */
function keptItem(text: string): ActionItem | null {
  const match = /^(.+?) — owner: (.+?); due: (.+?)$/u.exec(text);
  if (match === null) return null;
  const value = (word = "") => (/^not (?:named|said|given|known|stated|found)$/.test(word) ? null : word);
  return { what: match[1] ?? "", owner: value(match[2]), due: value(match[3]) };
}

function ownedBy(text: string, isMarked: boolean): { owner: string; text: string } | null {
  for (const pattern of [SPOKEN, WILL, LEADING]) {
    const match = pattern.exec(text);
    const [, owner = "", rest = ""] = match ?? [];
    if (match === null || NO_NAMES.test(owner)) continue;
    const startsWell = STARTS_WITH_VERB.test(rest.replace(/^(?:also|then|again|please|try to)\s+/i, ""));
    if (startsWell || (isMarked && pattern !== SPOKEN)) return { owner, text: rest };
  }
  const trailing = isMarked ? TRAILING.exec(text) : null;
  const name = trailing?.[2] ?? "";
  return trailing !== null && !NO_NAMES.test(name) ? { owner: name, text: trailing[1] ?? text } : null;
}

function tidied(text: string): string {
  const plain = text
    .replace(/\s+/g, " ")
    .replace(/\s+([,.;])/g, "$1")
    .replace(/^[\s,:;–-]+|[\s,:;–.-]+$/g, "");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
