export interface GraphTask {
  key: string;
  /** Keys of earlier tasks that it reads; `null`: all earlier ones. */
  context: string[] | null;
}

/** One task reads another; rows are places in the list of tasks. */
export interface TaskLine {
  from: number;
  to: number;
  /** 0: straight down to the row below. From 1: how far beside the rows it runs past those in between. */
  lane: number;
}

export interface TaskLines {
  lines: TaskLine[];
  lanes: number;
}

/** More lanes than these would take the room of the names: further lines share the outermost one. */
const MAX_LANES = 4;

/**
 * What reads what, as lines beside a list of tasks. Tasks name only earlier ones, so one pass suffices. Lines that longer
 * paths already imply are left out: a crew in which each task reads all before it is a chain, not a web.
 */
export function lineUpTasks(tasks: readonly GraphTask[]): TaskLines {
  const reach = new Map<string, Set<string>>();
  const lines: TaskLine[] = [];
  /** Of each lane, the row at which its last line ends. */
  const ends: number[] = [];
  for (const [to, task] of tasks.entries()) {
    const earlier = tasks.slice(0, to).map((other) => other.key);
    const context = task.context === null ? earlier : earlier.filter((key) => task.context?.includes(key));
    reach.set(task.key, new Set(context.flatMap((key) => [key, ...(reach.get(key) ?? [])])));
    for (const key of context) {
      if (context.some((other) => other !== key && reach.get(other)?.has(key))) continue;
      const from = earlier.indexOf(key);
      lines.push({ from, to, lane: from === to - 1 ? 0 : freeLane(ends, from, to) });
    }
  }
  return { lines, lanes: ends.length };
}

function freeLane(ends: number[], from: number, to: number): number {
  const free = ends.findIndex((end) => end <= from);
  const at = free >= 0 ? free : Math.min(ends.length, MAX_LANES - 1);
  ends[at] = Math.max(ends[at] ?? 0, to);
  return at + 1;
}
