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
const MOST_UNITS = 1_000;
const SAME = 0.6;
const RELATED = 0.34;

/** What the texts given to a task say alike and differently, best first; `null` with fewer than two texts. */
export function compareTexts(reading: Reading): Comparison | null {
  const given = reading.units.filter((unit) => reading.materials[unit.material]?.kind !== "earlier");
  const units = (new Set(given.map((unit) => unit.material)).size >= 2 ? given : reading.units).slice(0, MOST_UNITS);
  if (new Set(units.map((unit) => unit.material)).size < 2) return null;

  const result: Comparison = { common: [], pairs: [], only: [] };
  const isPaired = new Set<RankedUnit>();
  for (const unit of [...units].sort((a, b) => a.material - b.material || b.score - a.score)) {
    const { other, closeness } = nearest(unit, units);
    if (other === null || closeness < RELATED) result.only.push(unit);
    else if (closeness >= SAME && saysTheSame(unit.text, other.text)) result.common.push(unit);
    else if (!isPaired.has(unit)) {
      if (isPaired.has(other)) continue;
      isPaired.add(unit).add(other);
      result.pairs.push(unit.material < other.material ? [unit, other] : [other, unit]);
    }
  }
  return result;
}

function nearest(unit: RankedUnit, units: readonly RankedUnit[]): { other: RankedUnit | null; closeness: number } {
  let best: { other: RankedUnit | null; closeness: number } = { other: null, closeness: 0 };
  for (const other of units) {
    if (other.material === unit.material) continue;
    let same = 0;
    for (const term of unit.terms) if (other.terms.has(term)) same += 1;
    const closeness = same / Math.max(1, Math.min(unit.terms.size, other.terms.size), 2);
    if (closeness > best.closeness) best = { other, closeness };
  }
  return best;
}

/** Other figures, or a "not" in one of the two, make another statement of the same words. */
function saysTheSame(a: string, b: string): boolean {
  const figures = (text: string) => (text.match(/\d+(?:[.,]\d+)*/g) ?? []).join(" ");
  const denies = (text: string) => /\b(?:not|cannot|never|no|without|nicht|kein\w*)\b|n['’]t\b/i.test(text);
  return figures(a) === figures(b) && denies(a) === denies(b);
}
