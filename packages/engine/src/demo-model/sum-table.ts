import { withSeparators, YEARLY_COSTS } from "./cost-sums.ts";
import { list, table } from "./markdown-forms.ts";
import type { DoneSum, Reading } from "./topic-findings.ts";

/** Calculations side by side, each with its expression; those of an earlier task as they stand there; else nothing. */
export function sumsText(reading: Reading): string {
  if (reading.sums.length === 0) return earlierSums(reading);
  const names = [...new Set(reading.sums.map(({ name }) => name))];
  const sources = [...new Set(reading.sums.map(({ source }) => source))];
  const cell = (name: string, source: string) => {
    const sum = reading.sums.find((one) => one.name === name && one.source === source);
    return sum === undefined ? "no figure found" : written(sum);
  };
  const sums = table(
    ["Sum", ...sources],
    names.map((name) => [name, ...sources.map((source) => cell(name, source))]),
  );
  const hasYearly = names.some((name) => name.startsWith(`${YEARLY_COSTS} over`));
  return hasYearly ? `${sums}\n\n${YEARLY_AS_WRITTEN}` : sums;
}

function written({ expression, value }: DoneSum): string {
  const number = Number(value);
  const rounded = Number.isFinite(number) ? String(Number(number.toFixed(Math.abs(number) < 10 ? 3 : 2))) : value;
  return `**${withSeparators(rounded)}** = \`${expression.replace(/^round\((.*), \d\)$/, "$1")}\``;
}

/** The texts seldom say whether tax comes on top of these. */
const YEARLY_AS_WRITTEN = "Yearly costs are taken as they are written; no tax is added to them.";
const MOST_LINES = 40;

/** Table rows and lines of earlier outputs that hold a calculation. */
function earlierSums(reading: Reading): string {
  const isSum = (line: string) => /\d\)?[`*]* = [`*(]*-?\d/.test(line);
  for (const { kind, text } of reading.materials) {
    if (kind !== "earlier") continue;
    const lines = text.split("\n");
    const first = lines.findIndex((line) => line.startsWith("|") && isSum(line));
    if (first < 0) {
      const plain = lines.filter(isSum).map((line) => line.replace(/^[-*\d.\s]+(?=\D)/, ""));
      if (plain.length > 0) return list(plain.slice(0, MOST_LINES), false);
      continue;
    }
    let start = first;
    while (start > 0 && lines[start - 1]?.startsWith("|")) start -= 1;
    let end = first;
    while (lines[end]?.startsWith("|")) end += 1;
    const sums = lines.slice(start, Math.min(end, start + MOST_LINES)).join("\n");
    return lines.includes(YEARLY_AS_WRITTEN) ? `${sums}\n\n${YEARLY_AS_WRITTEN}` : sums;
  }
  return "";
}
