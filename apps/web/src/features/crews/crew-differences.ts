import type { CrewInput } from "@crew/contracts/crews";

export interface Difference {
  /** Where, in words. */
  place: string;
  /** `null`: it is not there. */
  mine: string | null;
  theirs: string | null;
}

type Part = Record<string, unknown> & { key: string };

/** What two writings of one crew say differently, field by field; agents and tasks are matched by key. */
export function crewDifferences(mine: CrewInput, theirs: CrewInput): Difference[] {
  const crew = (
    [
      "name",
      "description",
      "process",
      "model",
      "egressHosts",
      "scopes",
      "privateData",
      "memory",
      "toolCache",
      "toolApprovals",
      "humanPolicy",
      "maxExecutionSeconds",
      "example",
    ] as const
  ).map((field) => ({
    place: `Crew: ${field}`,
    mine: textOf(mine[field]),
    theirs: textOf(theirs[field]),
  }));
  return [
    ...crew,
    ...partDifferences("Agent", mine.agents, theirs.agents),
    ...partDifferences("Task", mine.tasks, theirs.tasks),
    orderOf("Order of agents", mine.agents, theirs.agents),
    orderOf("Order of tasks", mine.tasks, theirs.tasks),
  ].filter((difference) => difference.mine !== difference.theirs);
}

/** The order of fields says nothing: the server writes them in its own. */
export function isSameCrew(one: CrewInput, other: CrewInput): boolean {
  return JSON.stringify(one, inKeyOrder) === JSON.stringify(other, inKeyOrder);
}

function inKeyOrder(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function partDifferences(noun: string, mine: Part[], theirs: Part[]): Difference[] {
  const keys = [...new Set([...mine, ...theirs].map((part) => part.key))];
  return keys.flatMap((key) => {
    const one = mine.find((part) => part.key === key);
    const other = theirs.find((part) => part.key === key);
    if (!one || !other) return [{ place: `${noun} ${key}`, mine: one ? textOf(one) : null, theirs: other ? textOf(other) : null }];
    return Object.keys({ ...one, ...other }).map((field) => ({
      place: `${noun} ${key}: ${field}`,
      mine: textOf(one[field]),
      theirs: textOf(other[field]),
    }));
  });
}

/** Only of what both have: what one lacks is told already. */
function orderOf(place: string, mine: Part[], theirs: Part[]): Difference {
  const order = (list: Part[], other: Part[]) =>
    list
      .map((part) => part.key)
      .filter((key) => other.some((part) => part.key === key))
      .join(", ");
  return { place, mine: order(mine, theirs), theirs: order(theirs, mine) };
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value, inKeyOrder, 2);
}
