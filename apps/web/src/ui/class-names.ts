export type ClassName = string | false | null | undefined;

/** Properties that a component sets and its user may set anew, by the classes that set them. Others simply add up. */
const SETS: readonly [string, RegExp][] = [
  ["height", /^h-/],
  ["width", /^w-/],
  ["height width", /^size-/],
  ["min-height", /^min-h-/],
  ["max-height", /^max-h-/],
  ["min-width", /^min-w-/],
  ["max-width", /^max-w-/],
  ["left-padding right-padding", /^px-/],
  ["top-padding bottom-padding", /^py-/],
  ["top-padding", /^pt-/],
  ["bottom-padding", /^pb-/],
  ["left-padding", /^pl-/],
  ["right-padding", /^pr-/],
  ["left-padding right-padding top-padding bottom-padding", /^p-/],
  ["display", /^(?:flex|inline-flex|grid|inline-grid|block|inline-block|hidden)$/],
  ["font-size", /^text-(?:xs|sm|base|lg|xl|\[)/],
  ["font-weight", /^font-(?:normal|medium|semibold)$/],
  ["font-family", /^font-(?:sans|mono)$/],
  ["color", /^text-(?!xs|sm|base|lg|xl|left|right|center|\[)/],
  ["background", /^bg-/],
  ["border-style", /^border-(?:dashed|solid)$/],
  ["border-color", /^border-(?!\d|[trblxy](?:-|$)|dashed|solid)/],
  ["radius", /^rounded(?:-|$)/],
  ["resize", /^resize/],
  ["position", /^(?:static|relative|absolute|sticky|fixed)$/],
];

const joined = new Map<string, string>();
const MAX_JOINED = 2_000;

/** Joins class names; a later one wins over an earlier one that sets the same property under the same condition. */
export function classNames(...values: ClassName[]): string {
  const given = values.filter(Boolean).join(" ");
  const known = joined.get(given);
  if (known !== undefined) return known;
  if (joined.size >= MAX_JOINED) joined.clear();
  const result = withoutOverridden(given.split(/\s+/).filter(Boolean));
  joined.set(given, result);
  return result;
}

function withoutOverridden(names: string[]): string {
  const taken = new Set<string>();
  const kept: string[] = [];
  for (const name of names.reverse()) {
    const condition = name.slice(0, conditionEnd(name));
    const sets = SETS.find(([, pattern]) => pattern.test(name.slice(condition.length)))?.[0].split(" ") ?? [];
    if (sets.length > 0 && sets.every((property) => taken.has(condition + property))) continue;
    for (const property of sets) taken.add(condition + property);
    kept.push(name);
  }
  return kept.reverse().join(" ");
}

/** Where `max-sm:hover:` ends; a colon in brackets, as in `[&:hover]`, is none of it. */
function conditionEnd(name: string): number {
  let depth = 0;
  let end = 0;
  for (let at = 0; at < name.length; at++) {
    if (name[at] === "[") depth++;
    else if (name[at] === "]") depth--;
    else if (name[at] === ":" && depth === 0) end = at + 1;
  }
  return end;
}
