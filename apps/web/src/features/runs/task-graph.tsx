"use client";

import type { LiveTask } from "@crew/client/live-run-view";
import { classNames } from "../../ui/class-names.ts";
import { StatusMark } from "../../ui/status-mark.tsx";
import { Elapsed } from "./elapsed.tsx";
import { type GraphTask, layerTasks } from "./layer-tasks.ts";
import { markOf, taskStateWords } from "./run-words.ts";
import { taskElementId } from "./task-card.tsx";

const WIDTH = 216;
const NODE_HEIGHT = 52;
const LAYER_GAP = 24;
const COLUMN_GAP = 8;
/** Narrower nodes would hold no name: the graph is a list then. */
const MAX_COLUMNS = 2;
const NOWHERE = { x: 0, y: 0, width: 0 };

export interface TaskGraphProps {
  tasks: LiveTask[];
  /** What reads what; until the definition is here, each task follows the one before it. */
  plan: GraphTask[] | null;
}

/** The tasks of a crew and what they read, with their live states. Each leads to its card. */
export function TaskGraphView({ tasks, plan }: TaskGraphProps) {
  const graph = layerTasks(plan ?? tasks.map(({ key }) => ({ key, context: null })));
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  if (graph.columns > MAX_COLUMNS) return <TaskList tasks={tasks} />;
  const place = new Map(
    graph.nodes.map((node) => {
      const inLayer = graph.nodes.filter((other) => other.layer === node.layer).length;
      const width = (WIDTH - COLUMN_GAP * (inLayer - 1)) / inLayer;
      return [node.key, { x: node.column * (width + COLUMN_GAP), y: node.layer * (NODE_HEIGHT + LAYER_GAP), width }];
    }),
  );
  const height = graph.layers * (NODE_HEIGHT + LAYER_GAP) - LAYER_GAP;
  return (
    <nav aria-label="Tasks" className="relative" style={{ width: WIDTH, height }}>
      <svg aria-hidden="true" width={WIDTH} height={height} className="absolute inset-0 text-line-strong" fill="none" stroke="currentColor">
        {graph.edges.map(({ from, to }) => {
          const start = place.get(from) ?? NOWHERE;
          const end = place.get(to) ?? NOWHERE;
          const [x1, y1, x2, y2] = [start.x + start.width / 2, start.y + NODE_HEIGHT, end.x + end.width / 2, end.y];
          const isDone = byKey.get(from)?.state === "succeeded";
          return (
            <path
              key={`${from} ${to}`}
              d={`M${x1} ${y1}C${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2} ${x2} ${y2}`}
              strokeWidth="1.5"
              className={isDone ? "text-good" : undefined}
              stroke="currentColor"
            />
          );
        })}
      </svg>
      {graph.nodes.map(({ key }) => (
        <TaskNode
          key={key}
          task={byKey.get(key)}
          name={key}
          isNarrow={(place.get(key)?.width ?? 0) < WIDTH}
          className="absolute"
          style={{ left: place.get(key)?.x, top: place.get(key)?.y, width: place.get(key)?.width, height: NODE_HEIGHT }}
        />
      ))}
    </nav>
  );
}

/** The same in one row that wraps, for narrow screens. */
export function TaskList({ tasks }: { tasks: LiveTask[] }) {
  return (
    <nav aria-label="Tasks" className="flex flex-wrap gap-2">
      {tasks.map((task) => (
        <a
          key={task.key}
          href={`#${taskElementId(task.key)}`}
          className="inline-flex h-8 min-w-0 max-w-full items-center gap-1.5 rounded-full border border-line bg-surface px-3 text-sm hover:bg-hover max-sm:h-10"
        >
          <StatusMark state={markOf(task.state)} label={false} words={taskStateWords(task.state)} />
          <span className="truncate">{task.key}</span>
          {task.startedAt ? <Elapsed from={task.startedAt} to={task.endedAt} className="text-xs text-faint" /> : null}
        </a>
      ))}
    </nav>
  );
}

interface TaskNodeProps {
  task: LiveTask | undefined;
  name: string;
  /** Beside another one: no room for a second word. */
  isNarrow: boolean;
  className: string;
  style: React.CSSProperties;
}

function TaskNode({ task, name, isNarrow, className, style }: TaskNodeProps) {
  const state = task?.state ?? "pending";
  return (
    <a
      href={`#${taskElementId(name)}`}
      style={style}
      className={classNames(
        "flex min-w-0 flex-col justify-center gap-0.5 rounded-md border border-line bg-surface px-2.5 hover:border-line-strong hover:bg-hover",
        state === "running" && "border-accent bg-accent-soft",
        state === "waiting" && "border-warn bg-warn-soft",
        state === "failed" && "border-bad/60",
        state === "pending" && "border-dashed",
        className,
      )}
    >
      <span className="flex min-w-0 items-center gap-1.5">
        <StatusMark state={markOf(state)} label={false} words={taskStateWords(state)} />
        <span className="min-w-0 flex-1 truncate text-sm font-medium">{name}</span>
      </span>
      <span className="flex min-w-0 gap-2 pl-5 text-xs text-faint">
        {task?.startedAt ? <Elapsed from={task.startedAt} to={task.endedAt} className="shrink-0" /> : null}
        {isNarrow && task?.startedAt ? null : <span className="min-w-0 truncate">{task?.agentRole || taskStateWords(state)}</span>}
      </span>
    </a>
  );
}
