import { DATE_PATTERN } from "./action-items.ts";
import type { Reading } from "./topic-findings.ts";
import { pickUnits } from "./unit-ranking.ts";

/** The title that the text has itself, with its date where it begins with one; `null` when it has none. */
export function ownTitle(reading: Reading): string | null {
  const title = reading.titles.find((one) => one.length > 8 && !OWN.test(one));
  if (title === undefined) return null;
  const first = reading.units.find((unit) => unit.heading === title);
  const date = first === undefined ? null : DATE_PATTERN.exec(first.text);
  const hasDate = DATE_PATTERN.test(title) || /\b(?:19|20)\d{2}\b/.test(title);
  return date === null || date.index > 0 || hasDate ? title : `${title} – ${date[0].replace(/\.$/, "")}`;
}

/** Headings that say which part of an answer follows, not what it is about. */
const OWN =
  /^(?:decisions|action items|figures|key (?:points|figures|facts)|risks|summary|notes|open questions|benefits|dates|names|recommendations|what to decide|sums|calculations|differences|in common|questions and answers)$/i;

/** The title of a text, else its best short sentence. */
export function headline(reading: Reading): string {
  const title = ownTitle(reading) ?? reading.headings.find((heading) => heading.length > 8);
  if (title !== undefined && !OWN.test(title)) return title;
  const short = reading.units.filter((unit) => unit.text.length <= 110 && unit.text.length >= 15);
  const best = withoutMark(pickUnits(short.length > 0 ? short : reading.units, { count: 1 })[0]?.text ?? "");
  return (best.length > 110 ? `${best.slice(0, best.lastIndexOf(" ", 100))} …` : best).replace(/[.:;]$/, "");
}

/** `Decision: we wait` → `We wait`: the heading above says it already. */
export function withoutMark(text: string): string {
  const plain = text.replace(
    /^(?:decision|decided|risk|(?:left )?open|open question|question|note|fact|recommendation|problem)\s*:\s*/i,
    "",
  );
  return plain === text ? text : plain.charAt(0).toUpperCase() + plain.slice(1);
}
