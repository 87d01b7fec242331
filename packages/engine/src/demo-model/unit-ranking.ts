import { type Material, sentencesOf, type TextUnit } from "./text-units.ts";
import { termsOf } from "./word-weights.ts";

export interface RankedUnit extends TextUnit {
  terms: ReadonlySet<string>;
  /** How well it stands for the whole text and for what was asked. */
  score: number;
  /** Share of the asked words that it holds, weighted by how rare they are in the text. */
  match: number;
}

export interface Question {
  /** Words of the task: they count most. */
  subject: ReadonlySet<string>;
  /** Words of the agent's role and goal. */
  viewpoint: ReadonlySet<string>;
}

/**
 * Scores each unit by how near its words are to the centre of its text (TF-IDF), by what was asked, and by its place: the
 * beginning of a text and of a section says what it is about. Linear in the length of the text.
 */
export function rankUnits(units: readonly TextUnit[], materials: readonly Material[], question: Question): RankedUnit[] {
  const terms = units.map((unit) => new Set(termsOf(unit.text)));
  const counts = new Map<string, number>();
  for (const set of terms) for (const term of set) counts.set(term, (counts.get(term) ?? 0) + 1);
  const rarity = (term: string) => Math.log(1 + units.length / (counts.get(term) ?? 1));
  const askedWeight = [...question.subject].reduce((total, term) => total + (counts.has(term) ? rarity(term) : 0), 0);

  return units.map((unit, at) => {
    const own = terms[at] ?? new Set<string>();
    const headingTerms = new Set(termsOf(unit.heading));
    let centre = 0;
    let asked = 0;
    let viewed = 0;
    for (const term of own) {
      const count = counts.get(term) ?? 1;
      if (count > 1) centre += Math.log(1 + count) * Math.min(rarity(term), 4);
      if (question.subject.has(term)) asked += rarity(term);
      if (question.viewpoint.has(term)) viewed += rarity(term);
    }
    for (const term of headingTerms) if (question.subject.has(term)) asked += rarity(term) / 2;
    const size = Math.sqrt(own.size + 4);
    const match = askedWeight === 0 ? 0 : asked / askedWeight;
    const score = (centre / size) * 0.5 + (asked / size) * 3 + (viewed / size) * 1.2 + placeBonus(unit) - lengthPenalty(unit);
    return { ...unit, terms: own, match, score: materials[unit.material]?.kind === "earlier" ? score * 0.9 : score };
  });
}

function placeBonus(unit: TextUnit): number {
  const isFigure = /\d/.test(unit.text) ? 0.4 : 0;
  return 1.6 / (1 + unit.index * 0.5) + isFigure;
}

/** Fragments say too little alone, and walls of words too much. */
function lengthPenalty(unit: TextUnit): number {
  const length = unit.text.length;
  if (length < 30) return unit.isListItem ? 0.6 : 2;
  return length > 300 ? 1.2 : 0;
}

/** The best units that do not repeat each other, at most `count` and `words`, in the order of the text. */
export function pickUnits(
  units: readonly RankedUnit[],
  limits: { count: number; words?: number | undefined; sentences?: number | undefined },
): RankedUnit[] {
  const best = (limits.sentences === undefined ? [...units] : units.map(preferShort)).sort(
    // What cannot be read alone comes last, and only when there is too little else.
    (a, b) => Number(a.isDangling) - Number(b.isDangling) || b.score - a.score || a.material - b.material || a.index - b.index,
  );
  const picked: RankedUnit[] = [];
  let words = 0;
  let sentences = 0;
  for (const unit of best.slice(0, 400)) {
    if (picked.length >= limits.count || (unit.isDangling && picked.length > 0)) break;
    if (picked.some((other) => repeats(other, unit))) continue;
    const size = unit.text.split(/\s+/).length;
    if (limits.words !== undefined && words + size > limits.words * 1.15 && picked.length > 0) continue;
    const own = limits.sentences === undefined ? 0 : sentencesOf(unit.text).length;
    if (limits.sentences !== undefined && sentences + own > limits.sentences && picked.length > 0) continue;
    sentences += own;
    words += size;
    picked.push(unit);
  }
  return inTextOrder(picked);
}

/** Where sentences are counted, two that hang together cost two. */
function preferShort(unit: RankedUnit): RankedUnit {
  return { ...unit, score: unit.score - (sentencesOf(unit.text).length - 1) * 1.5 };
}

export function inTextOrder<T extends TextUnit>(units: readonly T[]): T[] {
  return [...units].sort((a, b) => a.material - b.material || a.index - b.index);
}

export function repeats(a: RankedUnit, b: RankedUnit): boolean {
  if (a.text === b.text) return true;
  const [small, large] = a.terms.size <= b.terms.size ? [a.terms, b.terms] : [b.terms, a.terms];
  if (small.size < 3) return false;
  let same = 0;
  for (const term of small) if (large.has(term)) same += 1;
  return same / small.size >= 0.75;
}
