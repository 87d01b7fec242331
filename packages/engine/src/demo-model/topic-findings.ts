import { type ActionItem, actionItems, DATE_PATTERN } from "./action-items.ts";
import { type Material, sentencesOf } from "./text-units.ts";
import { type Topic, topicOf } from "./topic-words.ts";
import { inTextOrder, pickUnits, type RankedUnit, repeats } from "./unit-ranking.ts";

/** A text taken apart and ranked for one request. */
export interface Reading {
  materials: readonly Material[];
  units: readonly RankedUnit[];
  headings: readonly string[];
  titles: readonly string[];
  /** Calculations that were made, with their results. */
  sums: readonly DoneSum[];
}

/** A calculation with figures of one text, for example a price with tax. */
export interface DoneSum {
  name: string;
  source: string;
  expression: string;
  value: string;
}

const MONTHS =
  "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
/** Times that a deadline can be, though no day is named. */
const LOOSE_DATES = new RegExp(`\\b(?:(?:by |before )?the end of \\d{4}|by \\d{4}|(?:${MONTHS}) \\d{4})\\b|${DATE_PATTERN.source}`, "giu");
const ALL_DATES = new RegExp(DATE_PATTERN.source, "giu");

const FIGURE =
  /(?:[$€£¥]\s?)?(?<![\p{L}\d.,:/-])\d+(?:[.,]\d+)*(?:\s?(?:%|percent|per cent|million|billion|thousand|bn|[kmM]\b|€|\$|£|USD|EUR|GBP|CHF|hours?|days?|weeks?|months?|years?|minutes?|users?|customers?|people|employees|kg|km|tons?|tonnes|GB|MB|ms|MW|kWh))?(?![\p{L}\d])/gu;

/** Units for a topic, best ones kept, in the order of the text. */
export function unitsFor(
  topic: Topic,
  reading: Reading,
  limits: { count: number; words?: number | undefined; sentences?: number | undefined },
): RankedUnit[] {
  const { asked: _, heading, said } = topicOf(topic);
  // One of several requests is a request.
  const units = topic === "recommendations" ? reading.units.map((unit) => ({ ...unit, isDangling: false })) : reading.units;
  if (topic === "figures")
    return pickUnits(
      units.filter((unit) => figuresOf(unit.text).length > 0),
      limits,
    );
  if (topic === "dates")
    return pickUnits(
      units.filter((unit) => DATE_PATTERN.test(unit.text)),
      limits,
    );
  if (said === null) return pickUnits(units, limits);
  const fitting = units
    .map((unit) => {
      const isUnder = unit.heading !== "" && heading.test(unit.heading);
      if (topic === "risks" && isNoRisk(unit, isUnder)) return { unit, weight: 0 };
      const hits = unit.text.match(new RegExp(said.source, "giu"))?.length ?? 0;
      return { unit, weight: (isUnder ? 4 : 0) + Math.min(hits, 3) * 1.5 };
    })
    .filter(({ weight }) => weight > 0);
  return pickUnits(
    fitting.map(({ unit, weight }) => ({ ...unit, score: unit.score + weight })),
    limits,
  );
}

const FALLING = /\b(?:fell|fall(?:s|ing)?|declin\w+|shrank|shrinking|dropp?(?:ed|ing|s)?|slow\w*|limited to|weak\w*|less|fewer)\b/giu;
const RISING = /\b(?:rose|rise[sn]?|grew|grow(?:s|n|ing)?|increas\w+|gain\w*|improv\w+|more|higher|better|faster)\b/i;
const LESS_OF_WHAT_IS_BAD =
  /\b(?:costs?|energy|prices?|expenses|spending|waste|errors?|returns|complaints?|sickness|emissions|debts?|rent|delays?|accidents?|defects?|risks?|churn)\b[^.,;]{0,25}\b(?:fell|falls?|declined|declines|shrank|dropped|went down|(?:is|was|are|were) [^.,;]{0,12}(?:less|lower|fewer))\b/i;
const REQUEST =
  /^(?:(?:first|second|third|fourth|finally|lastly)(?:ly)?, (?:that|we|to)\b|we (?:ask|request|propose|recommend|suggest)\b|please\b)/i;

/** A request, or a fall that something else makes up for, or the fall of something that should fall. */
function isNoRisk(unit: RankedUnit, isUnderRisks: boolean): boolean {
  if (!isUnderRisks && (topicOf("recommendations").heading.test(unit.heading) || REQUEST.test(unit.text))) return true;
  if (LESS_OF_WHAT_IS_BAD.test(unit.text)) return true;
  if (isUnderRisks) return false;
  const { said } = topicOf("risks");
  const rest = unit.text.replace(FALLING, "");
  return said !== null && !said.test(rest) && rest !== unit.text && RISING.test(rest);
}

/** Percentages, sums and counts in a text; years, dates and list numbers are none. */
export function figuresOf(text: string): string[] {
  const found = text.replace(ALL_DATES, (date) => " ".repeat(date.length)).match(FIGURE) ?? [];
  const figures = found.map((figure) => figure.trim()).filter((figure) => !/^(?:19|20)\d{2}$/.test(figure) && !/^\d$/.test(figure));
  return [...new Set(figures)];
}

export function actionsIn(reading: Reading): ActionItem[] {
  const { heading } = topicOf("actions");
  const items: ActionItem[] = [];
  const isDone = new Set<string>();
  let before = "";
  const units = inTextOrder(reading.units);
  // Items that an earlier task wrote down come before sentences of which they were made.
  const isKept = (unit: RankedUnit) => /— owner: .+; due: /u.test(unit.text);
  for (const unit of [...units.filter(isKept), ...units.filter((one) => !isKept(one))]) {
    for (const item of actionItems(unit, unit.heading !== "" && heading.test(unit.heading), before)) {
      // Later texts repeat earlier ones in other words; the first three words tell.
      const sign = item.what.toLowerCase().split(/\s+/).slice(0, 3).join(" ");
      if (!isDone.has(sign)) items.push(item);
      isDone.add(sign);
    }
    before = unit.isListItem ? "" : (sentencesOf(unit.text).at(-1) ?? "");
  }
  return items.slice(0, 40);
}

/** The dates in a text, as they are written. */
export function datesOf(text: string): string[] {
  const dates = (text.match(LOOSE_DATES) ?? []).map((date) => date.replace(/\.$/, ""));
  return [...new Set(dates)].filter((date) => /\d/.test(date));
}

/** Names of people, places and organisations with how often they come, by their capital letters. */
export function namesIn(reading: Reading, most: number): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  const pattern =
    /(?<=[\p{Ll}\d,;:)(–-] |^@|[(„“"])[\p{Lu}][\p{L}\p{M}'’&-]+(?: (?:(?:of|de|van|von|der|la) )?[\p{Lu}][\p{L}\p{M}'’&-]+){0,3}|(?<=^|[.!?] )[\p{Lu}][\p{L}\p{M}'’-]+(?: [\p{Lu}][\p{L}\p{M}'’-]+){1,3}/gu;
  for (const unit of reading.units) {
    for (const name of unit.text.match(pattern) ?? []) {
      const isDay = DATE_PATTERN.test(name);
      if (!isDay && name.length > 2) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, most);
}

/** Question → answer, where the text itself asks, else a heading and what stands below it. */
export function answersIn(reading: Reading, count: number): { question: string; answer: string }[] {
  const pairs: { question: string; answer: string }[] = [];
  const { units } = reading;
  for (const [at, unit] of units.entries()) {
    const next = units[at + 1];
    if (/\?\s*$/.test(unit.text) && next !== undefined && next.material === unit.material && !/\?\s*$/.test(next.text)) {
      pairs.push({ question: unit.text, answer: next.text });
    }
  }
  const picked: RankedUnit[] = [];
  for (const unit of pickUnits(units, { count: 80 })) {
    if (pairs.length + picked.length >= count) break;
    if (unit.heading === "" || picked.some((other) => other.heading === unit.heading || repeats(other, unit))) continue;
    picked.push(unit);
  }
  const asked = picked.map((unit) => {
    const section = units.filter((other) => other.material === unit.material && other.heading === unit.heading);
    const answer = pickUnits(section, { count: 2 }).map((one) => one.text);
    return { question: `What does the text say under “${unit.heading}”?`, answer: answer.join(" ") };
  });
  return [...pairs, ...asked].slice(0, count);
}
