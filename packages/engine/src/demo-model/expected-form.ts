import type { DemoBrief } from "./read-request.ts";
import { TOPICS, type Topic } from "./topic-words.ts";

/** How an answer is to look, as far as its words say. */
export interface ExpectedForm {
  shape: "json" | "table" | "mail" | "document";
  /** What it holds, in the order of being asked for; at least one. */
  topics: { topic: Topic; count: number | null; title?: string }[];
  isNumbered: boolean;
  /** Text rather than lists. */
  isProse: boolean;
  words: number | null;
  sentences: number | null;
  /** Names of JSON fields or table columns. */
  fields: string[];
  /** Names of table rows: points on which texts are compared. */
  rows: string[];
  /** What to write where nothing was found. */
  blank: string;
  /** Facts are wanted only with a figure in them. */
  needsFigure: boolean;
  /** Who signs a mail. */
  sender: string;
}

const MOST_ROWS = 14;
const NUMBER_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const COUNT = `(\\d{1,3}|${NUMBER_WORDS.slice(1).join("|")})`;
const THING = "(?:\\w+[ -]){0,3}?";

export function expectedForm(brief: DemoBrief): ExpectedForm {
  const main = `${brief.feedback}\n${brief.expectedOutput}`.slice(0, 4_000);
  const instruction = brief.instruction.slice(0, 4_000);
  const all = `${main}\n${instruction}`;
  const named = namedSections(main);
  // A document with named sections may hold tables without being one.
  const shape = named.length > 0 && !/\bjson\b|\be?-?mail\b/i.test(main) ? "document" : shapeOf(main, brief.isChat ? "" : instruction);
  const topics = named.length > 0 ? named : topicsOf(main);
  const fallback = topics.length > 0 ? topics : topicsOf(instruction);
  const isBrief = /\b(?:brief(?:ing)?|report|one[- ]page\w*|memo|analysis|article|minutes)\b/i.test(main);
  const isList = /\b(?:list|bullets?|items)\b/i.test(main);
  const form: ExpectedForm = {
    shape,
    topics: named.length > 0 ? named : completed(fallback, { isBrief, isList, isMail: shape === "mail" }),
    isNumbered: /\b(?:numbered|ordered|ranked|ranking|top \d+)\b/i.test(main),
    isProse: !isList && /\b(?:paragraphs?|prose|words|sentences?)\b/i.test(main) && !/\bbullet/i.test(main),
    words: numberBefore(all, "words?\\b"),
    sentences: numberBefore(main, `${THING}sentences?\\b`),
    fields: fieldsOf(main, shape),
    rows: shape === "table" ? namedList(main, "rows").slice(0, MOST_ROWS) : [],
    blank: /\bwrite:? ["“']?((?:not|none|nothing|unknown|n\/a)(?: \p{L}+)?)/iu.exec(all)?.[1] ?? "–",
    needsFigure: /\b(?:with|has|have|holds?|contain\w*) (?:its|their|a|the|exact) (?:\w+ )?figures?\b|\bfacts and figures\b/i.test(main),
    sender: /\bsigned by ([^.,;:\n]{1,60})/i.exec(all)?.[1]?.trim() ?? "",
  };
  const count = numberBefore(main, `${THING}(?:bullets?|points?|items?|facts?|entries|rows?|takeaways?|lines?)\\b`) ?? listCount(main);
  if (count !== null && form.topics.filter((one) => one.topic !== "headline").length === 1) {
    for (const one of form.topics) if (one.topic !== "headline") one.count = count;
  }
  return resized(form, brief.feedback);
}

function shapeOf(expected: string, instruction: string): ExpectedForm["shape"] {
  if (/\bjson\b/i.test(expected)) return "json";
  if (/\btable\b(?! of contents)|\bcolumns?\b/i.test(expected)) return "table";
  if (/\b(?:e-?mail|mail|letter)\b/i.test(expected) || /\b(?:write|draft|compose)\b.{0,40}\b(?:e-?mail|mail|letter)\b/i.test(instruction))
    return "mail";
  return "document";
}

/** "With the headings Summary, Risks and What to decide": sections with just these names. */
function namedSections(text: string): ExpectedForm["topics"] {
  const names =
    /\bheadings? ((?:[\p{Lu}][^,.;:\n]{1,50}(?:,? and |, )?){2,12})/u.exec(text)?.[1]?.split(/, and |, | and (?=[\p{Lu}])/u) ?? [];
  const wantsTitle = TOPICS.some(({ topic, asked }) => topic === "headline" && asked.test(text));
  const sections = names.flatMap((written): ExpectedForm["topics"] => {
    const title = written.trim();
    const found = TOPICS.find(({ asked, heading }) => asked.test(title) || heading.test(title));
    return title === "" ? [] : [{ topic: found?.topic ?? "points", count: null, title }];
  });
  if (sections.length < 2) return [];
  return wantsTitle ? [{ topic: "headline", count: null }, ...sections] : sections;
}

/** Topics in the order in which the words name them; a number right before a topic is its count. */
function topicsOf(text: string): ExpectedForm["topics"] {
  const found: { topic: Topic; count: number | null; at: number }[] = [];
  for (const { topic, asked } of TOPICS) {
    const match = asked.exec(text);
    if (match === null) continue;
    const before = new RegExp(`\\b${COUNT}\\s+${THING}$`, "i").exec(text.slice(Math.max(0, match.index - 60), match.index));
    found.push({ topic, count: before === null ? null : toNumber(before[1]), at: match.index });
  }
  found.sort((a, b) => a.at - b.at);
  const isSpecific = found.some(({ topic }) => !["points", "summary", "headline"].includes(topic));
  const listWord = /\b(?:bullet(?:ed)?(?: points?| list)?|points)\b/i;
  return (
    found
      .filter(({ topic, at }) => !(topic === "points" && isSpecific && listWord.test(text.slice(at, at + 15))))
      // "A summary in three bullets" is one thing, not two.
      .filter(
        ({ topic }, _, kept) =>
          !(topic === "summary" && !isSpecific && kept.some((one) => one.topic === "points" && /^bullet/i.test(text.slice(one.at)))),
      )
      .map(({ topic, count }) => ({ topic, count }))
  );
}

function completed(topics: ExpectedForm["topics"], kind: { isBrief: boolean; isList: boolean; isMail: boolean }): ExpectedForm["topics"] {
  const plain = (...names: Topic[]) => names.map((topic) => ({ topic, count: null }));
  const body = topics.filter(({ topic }) => topic !== "headline");
  if (kind.isMail) return body.length > 0 ? body : plain("decisions", "actions", "questions");
  if (kind.isBrief && body.length <= 1) {
    const rest = plain("summary", "points", "figures").filter(({ topic }) => !body.some((one) => one.topic === topic));
    return [...plain("headline"), ...rest.slice(0, 1), ...body, ...rest.slice(1)];
  }
  if (kind.isBrief && !topics.some(({ topic }) => topic === "headline")) return [...plain("headline"), ...topics];
  if (body.length > 0) return topics;
  return [...topics, ...plain(kind.isList ? "points" : "summary")];
}

function fieldsOf(text: string, shape: ExpectedForm["shape"]): string[] {
  if (shape === "json") {
    const quoted = [...text.matchAll(/["'`]([A-Za-z_][\w-]{0,40})["'`]\s*:?/g)].map((match) => match[1] ?? "");
    const inBraces = /\{[^}]*\}?/.exec(text)?.[0] ?? "";
    const braced = [...inBraces.matchAll(/[{,]\s*([A-Za-z_][\w-]{0,40})\s*(?=[:,}])/g)].map((match) => match[1] ?? "");
    const names = quoted.length > 0 ? quoted : braced.length > 0 ? braced : namedList(text, "fields?|keys?|properties");
    return [...new Set(names)].slice(0, 20);
  }
  return shape === "table" ? namedList(text, "columns?|columns? for|table (?:with|of)").slice(0, 8) : [];
}

/** `with columns owner, task and date` → owner, task, date */
function namedList(text: string, word: string): string[] {
  const match = new RegExp(`\\b(?:${word})\\b(?:\\s+(?:named|called|for|with|the|are|columns?))*\\s*[:(]?\\s*([^.\\n;)]{2,300})`, "i").exec(
    text,
  );
  const names = (match?.[1] ?? "").split(/\s*,\s*(?:and\s+)?|\s+and\s+|\s*\/\s*|\s*\|\s*/);
  return names.map((name) => name.trim().replace(/^(?:the|an?)\s+/i, "")).filter((name) => /^[\p{L}_][\p{L}\p{N} _-]{0,30}$/u.test(name));
}

function listCount(text: string): number | null {
  const match = new RegExp(
    `\\b(?:list of|top|at most|up to|exactly|about|the)\\s+${COUNT}\\b(?!\\s*(?:words|%|characters|sections))`,
    "i",
  ).exec(text);
  return match === null ? null : toNumber(match[1]);
}

function numberBefore(text: string, what: string): number | null {
  const match = new RegExp(`\\b(?:${COUNT} (?:to|or) )?(\\d{1,4}|${NUMBER_WORDS.slice(1).join("|")})[ -]+${what}`, "i").exec(text);
  return match === null ? null : toNumber(match[2]);
}

function toNumber(text = ""): number | null {
  const number = /^\d/.test(text) ? Number(text) : NUMBER_WORDS.indexOf(text.toLowerCase());
  return number >= 1 ? Math.min(number, 2_000) : null;
}

/** "Shorter, please" is the feedback that people give most. */
function resized(form: ExpectedForm, feedback: string): ExpectedForm {
  const factor = /\b(?:short\w*|concise|less|fewer|brief\w*|trim|cut)\b/i.test(feedback)
    ? 0.5
    : /\b(?:longer|more|detail\w*|expand\w*)\b/i.test(feedback)
      ? 1.8
      : 1;
  if (factor === 1) return form;
  const scale = (number: number | null, usual: number) => Math.max(1, Math.round((number ?? usual) * factor));
  return { ...form, words: scale(form.words, 90), topics: form.topics.map(({ topic, count }) => ({ topic, count: scale(count, 6) })) };
}
