import type { TextUnit } from "./text-units.ts";

export interface ActionItem {
  what: string;
  owner: string | null;
  due: string | null;
}

const NAME = "[\\p{Lu}][\\p{L}'’-]+(?: [\\p{Lu}][\\p{L}'’-]+)?";
const NO_NAMES =
  /^(?:The|It|This|That|These|Those|They|We|He|She|You|There|Here|What|Who|When|If|But|And|So|Also|All|Everyone|Nobody|Somebody|Someone|Action|Actions|Todo|Next|Note|Notes|Decision|Decisions|Open|Agenda|Deadline|Due|Date|Time|Risk|Budget|Team|Our|Please)\b/;
const VERBS =
  "add|agree|announce|approve|arrange|ask|book|bring|build|buy|call|change|check|circulate|clarify|clean|close|collect|compare|complete|confirm|contact|coordinate|create|cut|decide|deliver|design|discuss|document|draft|e-?mail|estimate|file|fill|find|finish|fix|follow|forward|get|give|handle|help|hire|implement|inform|interview|investigate|invite|launch|lead|look|make|measure|meet|migrate|move|negotiate|open|order|organi[sz]e|own|pay|plan|post|prepare|present|print|propose|provide|publish|pull|push|put|recruit|register|remind|remove|replace|reply|report|request|research|resolve|review|rewrite|roll|run|schedule|send|set|set up|share|ship|sign|sort|speak|start|submit|summari[sz]e|take|talk|tell|test|train|translate|try|turn|update|upload|verify|work|write";
const DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag";
const MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\\.?";
const DATE = `(?:next |this )?(?:${DAY})(?: (?:morning|noon|afternoon|evening))?(?:,? \\d{1,2}\\.? ${MONTH})?|\\d{4}-\\d{2}-\\d{2}|\\d{1,2}(?:st|nd|rd|th|\\.)? (?:of )?${MONTH}(?: \\d{4})?|${MONTH} \\d{1,2}(?:st|nd|rd|th)?(?:,? \\d{4})?|\\d{1,2}/\\d{1,2}(?:/\\d{2,4})?|\\d{1,2}\\.\\d{1,2}\\.(?:\\d{2,4})?|tomorrow|today|tonight|(?:the )?end of (?:the |this |next )?(?:day|week|month|quarter|year|${MONTH})|(?:next|this) (?:week|month|quarter|sprint|meeting)|the next meeting|mid-?${MONTH}|eod|eow|asap|q[1-4](?: \\d{4})?`;

export const DATE_PATTERN = new RegExp(`\\b(?:${DATE})(?![\\p{L}\\p{N}])`, "iu");
const DUE = new RegExp(
  `[,;–-]?\\s*\\(?\\b(?:by|before|until|till|due(?: by| on)?:?|no later than|on|bis)\\s+(${DATE})(?![\\p{L}\\p{N}])\\)?`,
  "iu",
);
const BARE_DUE = new RegExp(`\\s*[,;(–-]\\s*(${DATE})\\)?\\.?$`, "iu");

const WILL = new RegExp(
  `^(${NAME})(?:,)? (?:will|to|should|must|shall|needs? to|has to|is going to|agreed to|offered to|volunteered to|promised to|takes over|takes|wird|soll) (.+)$`,
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

/** Reads a to-do with its owner and date out of a sentence; `null` when the sentence is none. */
export function actionItem(unit: TextUnit, isUnderActions: boolean): ActionItem | null {
  const kept = keptItem(unit.text);
  if (kept !== null) return kept;
  const isMarked = MARK.test(unit.text) || isUnderActions;
  let text = unit.text.replace(MARK, "").trim();
  if (/\?\s*$/.test(text)) return null;

  const due = DUE.exec(text) ?? (isMarked ? BARE_DUE.exec(text) : null);
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
  return what.length < 3 ? null : { what, owner, due: due?.[1]?.trim() ?? null };
}

/** Our own form of an item, from an earlier task. */
function keptItem(text: string): ActionItem | null {
  const match = /^(.+?) — owner: (.+?); due: (.+?)$/u.exec(text);
  if (match === null) return null;
  const value = (word = "") => (word === "not named" ? null : word);
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
