import { sourceTitle } from "./markdown-forms.ts";
import { plainNumber } from "./plain-number.ts";
import type { DemoBrief } from "./read-request.ts";
import { type Material, unitsOf } from "./text-units.ts";

/** One calculation with figures that stand in a text. */
export interface PlannedSum {
  /** What it gives, the same words for every text. */
  name: string;
  source: string;
  expression: string;
}

const MOST_CHARACTERS = 60_000;
const MOST_TEXTS = 3;
const NUMBER = "\\d+(?:[.,]\\d+)*";
const AMOUNT = `(?:[$€£]\\s?|(?:EUR|USD|GBP|CHF)\\s)?(${NUMBER})(?:\\s?(?:€|\\$|£|EUR|USD|GBP|CHF|euros?|dollars?|pounds?))?`;
const TAX = new RegExp(
  `${AMOUNT}(?:,? (?:a|per|each|every) (year|month))?,?\\s*\\(?(?:plus|\\+|excluding|excl\\.?|without|before|net of)\\s+(\\d{1,2}(?:[.,]\\d+)?)\\s?(?:%|percent|per cent)\\s+(?:VAT|GST|(?:sales |value added )?tax)`,
  "i",
);
const NOT_ONCE = "(?![\\d.,]*(?:\\s?(?:%|percent\\b|per cent\\b)|,?\\s(?:a|per|each|every)\\s(?:year|month|week|day|hour)))";
const PRICE = new RegExp(
  `\\b(?:total |fixed |purchase )?(?:price|cost|fee)s?\\b(?:\\s(?:is|are|of|comes to|amounts to))?:?\\s+${AMOUNT}(?![\\d.,])${NOT_ONCE}(?!\\s(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?)\\b)`,
  "i",
);
const YEARLY = [
  new RegExp(
    `\\b(?:costs?|fees?|price|rent|pays?|charges?|maintenance|subscription|service|licen[cs]es?)\\b[^.;?!]{0,60}?${AMOUNT}(?: together| in all)?,? (?:a|per|each|every|an?) (year|month)\\b`,
    "i",
  ),
  new RegExp(`\\b(?:a|per|each|every) (year|month)\\b[^.;?!\\d]{0,40}\\bcosts? ${AMOUNT}`, "i"),
];
const YEARS = /\b(?:over|for|in|within|during)\s+(?:the next\s+)?(\d{1,2})\s+years?\b/i;
const BUDGET = new RegExp(`\\bbudget\\b[^.\\d]{0,40}?${AMOUNT}`, "i");
const FOR_EACH =
  /\b(?:for each|for every|per|a price per)\s+((?:kilowatt|megawatt) hour|kilometer|hour|page|piece|unit|user|seat|person|pupil|visit)\b/i;

/**
 * What texts such as offers cost: with tax, with what comes every year, for each unit, and against a budget, as far as
 * the task asks for it and the figures stand in the texts.
 */
export function plannedSums(brief: DemoBrief): PlannedSum[] {
  const asked = `${brief.instruction}\n${brief.expectedOutput}`.slice(0, 4_000);
  const years = YEARS.exec(asked)?.[1];
  const wantsTax = /\b(?:with|including|plus|incl\.?|and) (?:the )?(?:VAT|GST|tax)\b/i.test(asked);
  if ((years === undefined && !wantsTax) || !/\b(?:calculat\w*|comput\w*|sums?|totals?|costs?|work out)\b/i.test(asked)) return [];
  const budget = BUDGET.exec(asked)?.[1];
  const unit = FOR_EACH.exec(asked)?.[1];
  const texts = brief.materials.filter(({ kind }) => kind !== "earlier").slice(0, MOST_TEXTS);
  return texts.flatMap((text) => sumsOf(text, { years, budget, unit }));
}

interface Asked {
  years?: string | undefined;
  budget?: string | undefined;
  unit?: string | undefined;
}

/** What one text says of its price; numbers as the calculator takes them. */
interface Price {
  /** What is paid once, tax included where it is named. */
  once: string | null;
  /** What is paid each year. */
  yearly: string | null;
  hasTax: boolean;
  isYearlyTaxed: boolean;
}

function sumsOf(text: Material, asked: Asked): PlannedSum[] {
  const sentences = unitsOf([{ ...text, text: text.text.slice(0, MOST_CHARACTERS) }]).units.map((one) => one.text);
  const source = sourceTitle(text.label);
  const { once, yearly, hasTax, isYearlyTaxed } = priceIn(sentences);
  const sums: PlannedSum[] = [];
  const add = (name: string, expression: string) => sums.push({ name, source, expression });
  if (once !== null && hasTax) add("Price with VAT", once);
  let total = once;
  const running = asked.years === undefined || yearly === null ? null : `${yearly} * ${asked.years}`;
  if (running !== null) {
    add(`${YEARLY_COSTS} ${isYearlyTaxed ? "with VAT " : ""}over ${asked.years} years`, running);
    total = once === null ? running : `${once} + ${running}`;
    if (once !== null) add(`Price and yearly costs over ${asked.years} years`, total);
  }
  if (total === null) return [];
  const amount = asked.unit === undefined || asked.years === undefined ? null : yearlyAmount(sentences, asked.unit);
  if (amount !== null) add(`For each ${asked.unit} of ${asked.years} years`, `round((${total}) / (${amount} * ${asked.years}), 3)`);
  if (asked.budget !== undefined) {
    const what = once === null ? "these costs" : hasTax ? "the price with VAT" : "the price";
    add(`Budget of ${withSeparators(plainNumber(asked.budget))} less ${what}`, `${plainNumber(asked.budget)} - ${once ?? total}`);
  }
  return sums;
}

export const YEARLY_COSTS = "Yearly costs";

function priceIn(sentences: readonly string[]): Price {
  const taxed = firstMatch(sentences, TAX);
  const factor = taxed === null ? "" : ` * ${Number((1 + Number(plainNumber(taxed[3])) / 100).toFixed(6))}`;
  const amount = plainNumber(taxed?.[1]);
  const period = taxed?.[2]?.toLowerCase();
  // A fee for each month is no price that is paid once.
  const plain = period === undefined ? firstMatch(sentences, PRICE) : null;
  const once = taxed !== null && period === undefined ? `${amount}${factor}` : plain === null ? null : plainNumber(plain[1]);
  const yearly = period === undefined ? yearlyCost(sentences) : `${amount}${period === "month" ? " * 12" : ""}${factor}`;
  return { once, yearly, hasTax: taxed !== null && period === undefined, isYearlyTaxed: period !== undefined };
}

function firstMatch(sentences: readonly string[], pattern: RegExp): RegExpExecArray | null {
  for (const sentence of sentences) {
    const match = pattern.exec(sentence);
    if (match !== null) return match;
  }
  return null;
}

function yearlyCost(sentences: readonly string[]): string | null {
  for (const [at, pattern] of YEARLY.entries()) {
    const match = firstMatch(sentences, pattern);
    if (match === null) continue;
    const [amount, period] = at === 0 ? [match[1], match[2]] : [match[2], match[1]];
    return /month/i.test(period ?? "") ? `${plainNumber(amount)} * 12` : plainNumber(amount);
  }
  return null;
}

/** The largest, since others are parts of it or changes to it. */
function yearlyAmount(sentences: readonly string[], unit: string): string | null {
  const pattern = new RegExp(`(${NUMBER}) ${unit}s? (?:a|per|in a|each|every) year`, "gi");
  const amounts = sentences.flatMap((sentence) => [...sentence.matchAll(pattern)].map((match) => plainNumber(match[1])));
  return amounts.sort((a, b) => Number(b) - Number(a))[0] ?? null;
}

/** `46291` → `46,291` */
export function withSeparators(number: string): string {
  const [whole = "", decimals] = number.split(".");
  return whole.replace(/\B(?=(?:\d{3})+$)/g, ",") + (decimals === undefined ? "" : `.${decimals}`);
}
