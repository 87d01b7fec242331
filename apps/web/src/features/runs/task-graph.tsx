"use client";

import type { LiveTask } from "@crew/client/live-run-view";
import { classNames } from "../../ui/class-names.ts";
import { StatusMark } from "../../ui/status-mark.tsx";
import { Elapsed } from "./elapsed.tsx";
import { type GraphTask, lineUpTasks } from "./line-up-tasks.ts";
import { markOf, taskStateWords } from "./run-words.ts";
import { taskElementId } from "./task-card.tsx";

/** As wide as its column on the page of a run. */
const WIDTH = 232;
const GAP = 20;
const LANE = 12;
/** Room of a name: longer ones take a second line. */
const LINE_CHARACTERS = 22;

export interface TaskGraphProps {
  tasks: LiveTask[];
  /** What reads what; until the definition is here, each task follows the one before it. */
  plan: GraphTask[] | null;
}

/** The tasks of a crew from top to bottom, with lines from what each reads, and their live states. Each leads to its card. */
export function TaskGraphView({ tasks, plan }: TaskGraphProps) {
  const rows = plan ?? tasks.map(({ key }) => ({ key, context: null }));
  const { lines, lanes } = lineUpTasks(rows);
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  const left = lanes === 0 ? 0 : 8 + lanes * LANE;
  const heights = rows.map(({ key }) => (key.length > LINE_CHARACTERS - lanes * 2 ? 70 : 52));
  const tops = heights.map((_, row) => heights.slice(0, row).reduce((sum, height) => sum + height + GAP, 0));
  const height = (tops.at(-1) ?? 0) + (heights.at(-1) ?? 0);
  return (
    <nav aria-label="Tasks" className="relative" style={{ width: WIDTH, height }}>
      <svg aria-hidden="true" width={WIDTH} height={height} className="absolute inset-0" fill="none" strokeWidth="1.5">
        {lines.map(({ from, to, lane }) => {
          const start = { top: tops[from] ?? 0, height: heights[from] ?? 0 };
          const end = { top: tops[to] ?? 0, height: heights[to] ?? 0 };
          const isDone = byKey.get(rows[from]?.key ?? "")?.state === "succeeded";
          return (
            <path
              key={`${from} ${to}`}
              d={lane === 0 ? straightLine(left + 17, start, end) : lineBeside(left - lane * LANE, left, start, end)}
              className={isDone ? "text-good" : "text-line-strong"}
              stroke="currentColor"
            />
          );
        })}
      </svg>
      {rows.map(({ key }, row) => (
        <TaskNode key={key} task={byKey.get(key)} name={key} style={{ left, top: tops[row], width: WIDTH - left, height: heights[row] }} />
      ))}
    </nav>
  );
}

interface Box {
  top: number;
  height: number;
}

/** Straight down, with the head of an arrow. */
function straightLine(x: number, from: Box, to: Box): string {
  return `M${x} ${from.top + from.height}V${to.top - 1}m-3.5-4 3.5 4 3.5-4`;
}

/** Out of one box, down at `x`, into another one. It leaves below the middle and arrives above it, so that lines of one box differ. */
function lineBeside(x: number, edge: number, from: Box, to: Box): string {
  const y1 = from.top + from.height / 2 + 7;
  const y2 = to.top + to.height / 2 - 7;
  return `M${edge} ${y1}H${x + 6}Q${x} ${y1} ${x} ${y1 + 6}V${y2 - 6}Q${x} ${y2} ${x + 6} ${y2}H${edge - 1}m-4-3.5 4 3.5-4 3.5`;
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

function TaskNode({ task, name, style }: { task: LiveTask | undefined; name: string; style: React.CSSProperties }) {
  const state = task?.state ?? "pending";
  return (
    <a
      href={`#${taskElementId(name)}`}
      title={name}
      style={style}
      className={classNames(
        "absolute flex min-w-0 flex-col justify-center gap-0.5 rounded-md border border-line bg-surface px-2.5 hover:border-line-strong hover:bg-hover",
        state === "running" && "border-accent bg-accent-soft",
        state === "waiting" && "border-warn bg-warn-soft",
        state === "failed" && "border-bad/60",
        state === "pending" && "border-dashed",
      )}
    >
      <span className="flex min-w-0 items-start gap-1.5">
        <span className="flex h-5 shrink-0 items-center">
          <StatusMark state={markOf(state)} label={false} words={taskStateWords(state)} />
        </span>
        <span className="line-clamp-2 min-w-0 flex-1 text-sm leading-5 font-medium wrap-anywhere">{name}</span>
      </span>
      <span className="flex min-w-0 gap-2 pl-5 text-xs text-faint">
        {task?.startedAt ? <Elapsed from={task.startedAt} to={task.endedAt} className="shrink-0" /> : null}
        <span className="min-w-0 truncate">{task?.agentRole || taskStateWords(state)}</span>
      </span>
    </a>
  );
}
