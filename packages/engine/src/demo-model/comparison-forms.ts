import { type Comparison, compareTexts, EXCLUDES, nearest } from "./compare-texts.ts";
import type { ExpectedForm } from "./expected-form.ts";
import { list, sourceTitle, table } from "./markdown-forms.ts";
import type { Reading } from "./topic-findings.ts";
import { inTextOrder, pickUnits, type RankedUnit } from "./unit-ranking.ts";
import { termsOf } from "./word-weights.ts";

/** Texts that hardly name what was asked about are compared as they are. */
const LEAST_ROWS = 3;
const MOST_PAIRS = 16;
const ONE_TEXT = "Comparing takes two texts; only one was given.";
/** Courtesies are in one text only, too, and nobody misses them. */
const COURTESY =
  /\bas follows\b|^(?:thank|dear|hello|we (?:are (?:pleased|happy|glad)|look forward|would be)|many thanks|kind regards|yours|best regards|please (?:do not hesitate|contact|call))/i;

export function commonText(reading: Reading, count: number, isAlone: boolean): string {
  const comparison = compareTexts(reading);
  if (comparison === null) return isAlone ? ONE_TEXT : "";
  const lines = pickUnits(comparison.common, { count }).map((unit) => saidUnder(unit));
  return list(lines, false) || "No sentence says the same in both texts.";
}

export function differencesText(reading: Reading, count: number, withRest: boolean): string {
  const comparison = compareTexts(reading);
  if (comparison === null) return ONE_TEXT;
  const pairs = comparison.pairs.slice(0, Math.max(count, MOST_PAIRS));
  const first = pairs[0];
  const parts: string[] = [];
  if (first !== undefined)
    parts.push(
      table(
        first.map((unit) => label(unit, reading)),
        pairs.map((pair) => pair.map((unit) => saidUnder(unit))),
      ),
    );
  if (withRest) parts.push(onlyText(reading, count));
  return parts.filter((part) => part !== "").join("\n\n") || "The texts say the same.";
}

/** What is found in one of the texts only, text by text. The other may say it in words that are not alike, hence "found". */
export function onlyText(reading: Reading, count: number): string {
  const comparison = compareTexts(reading);
  if (comparison === null) return "";
  const parts = materialsOf(comparison.only).map((material) => {
    const units = onlyIn(comparison, material, Math.max(2, Math.ceil(count * 0.7)));
    return units.length === 0
      ? ""
      : `Found only in ${label(units[0], reading)}:\n\n${list(
          units.map((unit) => saidUnder(unit)),
          false,
        )}`;
  });
  return parts.filter((part) => part !== "").join("\n\n");
}

const CONDITION =
  /\b(?:if|unless|should the|provided that|assum\w+|depend\w*|subject to|not included|excluded|extra|at (?:your|the customer's) cost|until \d|valid until|estimated|approximately)\b/i;

/** Questions about what a text makes depend on something, and about what only the other text names; each quotes its sentence. */
export function inquiriesText(reading: Reading, count: number): string {
  const comparison = compareTexts(reading);
  const given = reading.units.filter((unit) => reading.materials[unit.material]?.kind !== "earlier");
  const units = given.length > 0 ? given : reading.units;
  const half = Math.max(2, Math.ceil(count / 2));
  const parts = materialsOf(units).map((material) => {
    const open = units.filter((unit) => unit.material === material && (CONDITION.test(unit.text) || EXCLUDES.test(unit.heading)));
    const conditions = pickUnits(
      open.map((unit) => ({
        ...unit,
        score: unit.score + (/\b(?:if not|not included|excluded|assum\w+|unless)\b/i.test(saidUnder(unit)) ? 3 : 0),
      })),
      { count: half },
    );
    const others = comparison === null ? [] : materialsOf(comparison.only).filter((other) => other !== material);
    const missing = others.flatMap((other) => onlyIn(comparison, other, half));
    const lines = [
      ...conditions.map((unit) => `You write: “${saidUnder(unit)}” – ${askedAbout(saidUnder(unit))}`),
      ...missing
        .slice(0, half)
        .map(
          (unit) =>
            `${label(unit, reading)} says: “${saidUnder(unit)}” – ${EXCLUDES.test(saidUnder(unit)) ? "is it included with you?" : "what do you offer on this?"}`,
        ),
    ];
    const name = label(conditions[0] ?? units.find((unit) => unit.material === material), reading);
    return lines.length === 0 ? "" : `To ${name}:\n\n${list(lines, false)}`;
  });
  return parts.filter((part) => part !== "").join("\n\n");
}

function askedAbout(sentence: string): string {
  if (EXCLUDES.test(sentence)) return "what would it cost, from you or from others?";
  if (/\b(?:if|unless|should the|assum\w+|provided that|depend\w*|subject to)\b/i.test(sentence))
    return "how likely is this here, and what would it cost?";
  return /\b(?:until|valid)\b/i.test(sentence) ? "can this be extended?" : "what does this depend on?";
}

/** One row for each point that was named, with the best sentence of each text; `null` with nothing to fill it with. */
export function pointsTable(form: ExpectedForm, reading: Reading): string | null {
  const given = reading.units.filter((unit) => reading.materials[unit.material]?.kind !== "earlier");
  const units = given.length > 0 ? given : reading.units;
  const materials = materialsOf(units).slice(0, 4);
  if (materials.length < 2) return null;
  const rows = form.rows.flatMap((point) => {
    const found = materials.map((material) => bestFor(point, units, material));
    const cells = found.map((unit, at) => {
      const other = found.find((one) => one !== undefined);
      const said =
        unit ??
        (other === undefined
          ? null
          : nearest(
              other,
              units.filter((one) => one.material === materials[at]),
            ));
      return said ? saidUnder(said) : form.blank;
    });
    return found.some((unit) => unit !== undefined) ? [[capital(point), ...cells]] : [];
  });
  const names = materials.map((material) => sourceTitle(reading.materials[material]?.label ?? ""));
  return rows.length < LEAST_ROWS ? null : table([form.fields[0] ?? "Point", ...names], rows);
}

function bestFor(point: string, units: readonly RankedUnit[], material: number): RankedUnit | undefined {
  const wanted = termsOf(point);
  const scored = units.flatMap((unit) => {
    if (unit.material !== material) return [];
    const inHeading = new Set(termsOf(unit.heading));
    if (!wanted.every((term) => unit.terms.has(term) || inHeading.has(term))) return [];
    const hits = wanted.filter((term) => unit.terms.has(term)).length;
    const isFirst = wanted.some((term) => termsOf(unit.text).slice(0, 4).includes(term));
    return hits === 0 ? [] : [{ unit, score: hits * 4 + (isFirst ? 3 : 0) + (/\d/.test(unit.text) ? 1 : 0) - unit.index / 100 }];
  });
  return scored.sort((a, b) => b.score - a.score)[0]?.unit;
}

function onlyIn(comparison: Comparison | null, material: number, count: number): RankedUnit[] {
  const units = (comparison?.only ?? []).filter((unit) => unit.material === material && !COURTESY.test(unit.text) && unit.text.length > 12);
  return pickUnits(units, { count });
}

/** "A lightning protection system" under "Not included" would say the opposite without its heading. */
function saidUnder(unit: RankedUnit): string {
  return EXCLUDES.test(unit.heading) && !EXCLUDES.test(unit.text) ? `${unit.heading}: ${unit.text}` : capital(unit.text);
}

function materialsOf(units: readonly RankedUnit[]): number[] {
  return [...new Set(inTextOrder(units).map((unit) => unit.material))];
}

function label(unit: RankedUnit | undefined, reading: Reading): string {
  return sourceTitle(unit === undefined ? "" : (reading.materials[unit.material]?.label ?? ""));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
