import { type ActionItem, actionItem, DATE_PATTERN } from "./action-items.ts";
import type { Material } from "./text-units.ts";
import { type Topic, topicOf } from "./topic-words.ts";
import { inTextOrder, pickUnits, type RankedUnit, repeats } from "./unit-ranking.ts";

/** A text taken apart and ranked for one request. */
export interface Reading {
  materials: readonly Material[];
  units: readonly RankedUnit[];
  headings: readonly string[];
}

const ALL_DATES = new RegExp(DATE_PATTERN.source, "giu");

const FIGURE =
  /(?:[$€£¥]\s?)?(?<![\p{L}\d.,:/-])\d+(?:[.,]\d+)*(?:\s?(?:%|percent|per cent|million|billion|thousand|bn|[kmM]\b|€|\$|£|USD|EUR|GBP|CHF|hours?|days?|weeks?|months?|years?|minutes?|users?|customers?|people|employees|kg|km|tons?|tonnes|GB|MB|ms|MW|kWh))?(?![\p{L}\d])/gu;

/** Units for a topic, best ones kept, in the order of the text. */
export function unitsFor(
  topic: Exclude<Topic, "common" | "differences">,
  reading: Reading,
  limits: { count: number; words?: number },
): RankedUnit[] {
  const { asked: _, heading, said } = topicOf(topic);
  const { units } = reading;
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
      const hits = unit.text.match(new RegExp(said.source, "giu"))?.length ?? 0;
      return { unit, weight: (isUnder ? 4 : 0) + Math.min(hits, 3) * 1.5 };
    })
    .filter(({ weight }) => weight > 0);
  return pickUnits(
    fitting.map(({ unit, weight }) => ({ ...unit, score: unit.score + weight })),
    limits,
  );
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
  for (const unit of inTextOrder(reading.units)) {
    const item = actionItem(unit, unit.heading !== "" && heading.test(unit.heading));
    if (item === null) continue;
    // Later texts repeat earlier ones in other words; the first three words tell.
    const sign = item.what.toLowerCase().split(/\s+/).slice(0, 3).join(" ");
    if (!isDone.has(sign)) items.push(item);
    isDone.add(sign);
  }
  return items.slice(0, 40);
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
