export interface GraphTask {
  key: string;
  /** Keys of earlier tasks that it reads; `null`: all earlier ones. */
  context: string[] | null;
}

export interface GraphNode {
  key: string;
  /** From 0, downwards: one more than the deepest task that it reads. */
  layer: number;
  /** From 0, to the right within its layer. */
  column: number;
}

export interface TaskGraph {
  nodes: GraphNode[];
  edges: { from: string; to: string }[];
  layers: number;
  columns: number;
}

/**
 * Layers of a crew's tasks. Tasks name only earlier ones, so one pass suffices. Edges that longer paths already imply are
 * left out: a crew in which each task reads all before it is a chain, not a web.
 */
export function layerTasks(tasks: readonly GraphTask[]): TaskGraph {
  const reads = new Map<string, string[]>();
  const reach = new Map<string, Set<string>>();
  const layerOf = new Map<string, number>();
  const widths: number[] = [];
  const nodes: GraphNode[] = [];
  const edges: TaskGraph["edges"] = [];
  for (const [position, task] of tasks.entries()) {
    const earlier = tasks.slice(0, position).map((other) => other.key);
    const context = task.context === null ? earlier : earlier.filter((key) => task.context?.includes(key));
    reads.set(task.key, context);
    const direct = context.filter((key) => !context.some((other) => other !== key && reach.get(other)?.has(key)));
    reach.set(task.key, new Set(context.flatMap((key) => [key, ...(reach.get(key) ?? [])])));
    const layer = 1 + Math.max(-1, ...context.map((key) => layerOf.get(key) ?? 0));
    layerOf.set(task.key, layer);
    const column = widths[layer] ?? 0;
    widths[layer] = column + 1;
    nodes.push({ key: task.key, layer, column });
    for (const from of direct) edges.push({ from, to: task.key });
  }
  return { nodes, edges, layers: widths.length, columns: Math.max(0, ...widths) };
}
