/** As much of semantic versioning as pins and advisories need: exact versions, and ranges of comparators. */

const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

export const isExact = (text: string): boolean => VERSION.test(text);
export const isPrerelease = (version: string): boolean => VERSION.exec(version)?.[4] !== undefined;
export const majorOf = (version: string): number => partsOf(version).numbers[0] ?? 0;

/** What a caret would not cross: below 1.0.0 each minor version may break. */
export function isBreaking(from: string, to: string): boolean {
  const [a, b] = [partsOf(from).numbers, partsOf(to).numbers];
  return a[0] !== b[0] || (a[0] === 0 && a[1] !== b[1]);
}

export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (const at of [0, 1, 2]) {
    const difference = (left.numbers[at] ?? 0) - (right.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.pre.length === 0 || right.pre.length === 0) return right.pre.length - left.pre.length;
  for (let at = 0; at < Math.max(left.pre.length, right.pre.length); at++) {
    const [one, other] = [left.pre[at], right.pre[at]];
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    if (one !== other) return compareIdentifiers(one, other);
  }
  return 0;
}

/** `>=1.0.0 <1.2.3`: all must hold. A version alone is itself. */
export function isInRange(version: string, range: string): boolean {
  return range.split(/\s+/).every((comparator) => {
    const [, operator = "", limit = ""] = /^(>=|<=|>|<|=)?(.*)$/.exec(comparator) ?? [];
    const order = compareVersions(version, limit);
    if (operator === ">=") return order >= 0;
    if (operator === "<=") return order <= 0;
    if (operator === ">") return order > 0;
    if (operator === "<") return order < 0;
    return order === 0;
  });
}

function compareIdentifiers(one: string, other: string): number {
  const [a, b] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (a && b) return Number(one) - Number(other);
  if (a !== b) return a ? -1 : 1;
  return one < other ? -1 : 1;
}

function partsOf(version: string): { numbers: number[]; pre: string[] } {
  const match = VERSION.exec(version);
  if (!match) throw new Error(`${version} is not an exact version`);
  return { numbers: match.slice(1, 4).map(Number), pre: match[4]?.split(".") ?? [] };
}
