import type { Reading } from "./topic-findings.ts";
import type { RankedUnit } from "./unit-ranking.ts";

export interface Comparison {
  /** Sentences that another text says too. */
  common: RankedUnit[];
  /** Sentences of two texts about the same thing that say something else, such as another price. */
  pairs: [RankedUnit, RankedUnit][];
  /** Sentences that only one text has. */
  only: RankedUnit[];
}

/** Comparing takes each sentence against each: more than this would be slow. */
const MOST_UNITS = 700;
/** Share of all words of both sentences from which on they say the same. */
const SAME = 0.75;
const NEAR = 0.7;
/** Of two words, one that is shared is no sign of anything. */
const LEAST = 3;
/** How near two sentences of different texts must be to be about the same thing. */
const RELATED = 0.4;

/** What the texts given to a task say alike and differently, best first; `null` with fewer than two texts. */
export function compareTexts(reading: Reading): Comparison | null {
  const known = done.get(reading);
  if (known !== undefined) return known;
  const comparison = compared(reading);
  done.set(reading, comparison);
  return comparison;
}

/** Several sections of one answer ask for the same comparison. */
const done = new WeakMap<Reading, Comparison | null>();

function compared(reading: Reading): Comparison | null {
  const given = reading.units.filter((unit) => reading.materials[unit.material]?.kind !== "earlier");
  const units = (new Set(given.map((unit) => unit.material)).size >= 2 ? given : reading.units).slice(0, MOST_UNITS);
  if (new Set(units.map((unit) => unit.material)).size < 2) return null;

  const subjects = new Map(units.map((unit) => [unit, subjectOf(unit)]));
  const candidates = relatedPairs(units, subjects);
  const result: Comparison = { common: [], pairs: [], only: [] };
  const isTaken = new Set<RankedUnit>();
  for (const { pair, share } of candidates) {
    const [a, b] = pair;
    if (isTaken.has(a) || isTaken.has(b)) continue;
    isTaken.add(a).add(b);
    if (share >= SAME && saysTheSame(a, b)) result.common.push(a, b);
    else result.pairs.push(pair);
  }
  // What is near to a sentence that is taken is said in both texts, though not in a pair.
  const isNear = new Set(candidates.filter(({ closeness }) => closeness >= NEAR).flatMap(({ pair }) => pair));
  result.only = units.filter((unit) => !isTaken.has(unit) && !isNear.has(unit));
  result.pairs.sort(([a], [b]) => a.material - b.material || a.index - b.index);
  return result;
}

interface Candidate {
  pair: [RankedUnit, RankedUnit];
  closeness: number;
  /** Part of all their words that they share. */
  share: number;
}

/** Pairs of units of different texts, nearest first. */
function relatedPairs(units: readonly RankedUnit[], subjects: ReadonlyMap<RankedUnit, Subject>): Candidate[] {
  const found: Candidate[] = [];
  for (const [at, a] of units.entries()) {
    for (const b of units.slice(at + 1)) {
      if (a.material === b.material) continue;
      const { closeness, share } = likeness(a, b, subjects.get(a) ?? subjectOf(a), subjects.get(b) ?? subjectOf(b));
      if (closeness >= RELATED) found.push({ pair: a.material < b.material ? [a, b] : [b, a], closeness, share });
    }
  }
  const place = ({ pair: [a, b] }: Candidate) => a.index + b.index / 10_000;
  return found.sort((x, y) => y.closeness - x.closeness || y.share - x.share || place(x) - place(y));
}

/** Numbers, times and words that stand in sentences about everything weigh little. */
const GENERAL =
  /^(?:\d.*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|million|year|month|week|day|hour|percent|cent|second|third|includ|cost|eur|usd|next|last|work|com|possibl|free)$/;
const LITTLE = 0.25;
/** Sentences that begin with the same word are mostly about the same thing. */
const SAME_BEGINNING = 0.25;

interface Subject {
  weights: ReadonlyMap<string, number>;
  size: number;
  first: string;
}

function subjectOf(unit: RankedUnit): Subject {
  const weights = new Map([...unit.terms].map((term) => [term, GENERAL.test(term) ? LITTLE : 1]));
  let size = 0;
  for (const weight of weights.values()) size += weight;
  return { weights, size, first: [...unit.terms].find((term) => !GENERAL.test(term)) ?? "" };
}

function likeness(a: RankedUnit, b: RankedUnit, first: Subject, second: Subject): { closeness: number; share: number } {
  if (a.text === b.text) return { closeness: 2, share: 1 };
  let same = 0;
  for (const [term, weight] of first.weights) if (second.weights.has(term)) same += weight;
  const begin = same > 0 && first.first === second.first && first.first !== "" ? SAME_BEGINNING : 0;
  const form = a.isListItem === b.isListItem ? 0.05 : 0;
  const closeness = same === 0 ? 0 : same / Math.max(Math.min(first.size, second.size), LEAST) + begin + form;
  return { closeness, share: same / Math.max(first.size, second.size, 1) };
}

/** The unit that is most like this one. */
export function nearest(unit: RankedUnit, units: readonly RankedUnit[]): RankedUnit | null {
  const own = subjectOf(unit);
  let best: { unit: RankedUnit | null; closeness: number } = { unit: null, closeness: RELATED };
  for (const other of units) {
    const { closeness } = likeness(unit, other, own, subjectOf(other));
    if (closeness > best.closeness) best = { unit: other, closeness };
  }
  return best.unit;
}

export const EXCLUDES = /\b(?:not (?:included|covered|part)|exclu(?:ded|sions?)|out of scope|without)\b/i;

const FIGURES =
  /\d+(?:[.,]\d+)*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|half|quarter|third|once|twice|daily|weekly|monthly|quarterly|yearly|(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b/gi;

/** Other figures, or a "not" in one of the two or above it, make another statement of the same words. */
function saysTheSame(a: RankedUnit, b: RankedUnit): boolean {
  const figures = ({ text }: RankedUnit) => (text.match(FIGURES) ?? []).join(" ").toLowerCase();
  const denies = ({ text, heading }: RankedUnit) =>
    EXCLUDES.test(heading) || /\b(?:not|cannot|never|no|without|nicht|kein\w*)\b|n['’]t\b/i.test(text);
  return figures(a) === figures(b) && denies(a) === denies(b);
}
