"use client";

import type { LiveTask } from "@crew/client/live-run-view";
import { ChevronRight } from "lucide-react";
import { memo, useState } from "react";
import { classNames } from "../../ui/class-names.ts";
import { formatPlural, formatShortCount } from "../../ui/format-figures.ts";
import { Markdown } from "../../ui/markdown.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { DemoBadge, isDemoModel } from "../models/demo-note.tsx";
import { ClampedText } from "./clamped-text.tsx";
import { Elapsed } from "./elapsed.tsx";
import { RunNote } from "./run-note.tsx";
import { markOf, taskCounts, taskStateWords } from "./run-words.ts";
import { SkipTask } from "./skip-task.tsx";
import { StreamNote } from "./stream-note.tsx";
import { ToolReceipt } from "./tool-receipt.tsx";
import { TurnCard } from "./turn-card.tsx";
import { withoutRepeatedWaits } from "./without-repeated-waits.ts";

/** A task with thousands of turns opens at its end; the rest comes when asked for. */
const ITEMS_SHOWN = 60;

export function taskElementId(key: string): string {
  return `task-${key || "answer"}`;
}

export interface TaskCardProps {
  task: LiveTask;
  /** Unfolded until somebody folds it. */
  defaultOpen: boolean;
  /** Where only some of a run's models are the demonstration, each task says so; else the page does, once. */
  namesDemo: boolean;
  /** The run, while it can be told to leave the task out. */
  runId: string | null;
}

export const TaskCard = memo(function TaskCard({ task, defaultOpen, namesDemo, runId }: TaskCardProps) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isOpen = chosen ?? defaultOpen;
  const canOpen = task.startedAt !== null;
  return (
    <section
      id={taskElementId(task.key)}
      aria-label={`Task ${task.key || "Answer"}`}
      className={classNames(
        "min-w-0 scroll-mt-16 rounded-lg border bg-surface",
        task.state === "running" ? "border-accent/50" : task.state === "waiting" ? "border-warn/50" : "border-line",
        task.state === "pending" && "bg-transparent",
      )}
    >
      <div className="flex min-w-0 items-center ">
        <h2 className="min-w-0 flex-1">
          <button
            type="button"
            aria-expanded={canOpen ? isOpen : undefined}
            disabled={!canOpen}
            onClick={() => setChosen(!isOpen)}
            className="flex min-h-11 w-full min-w-0 items-center gap-2.5 rounded-lg px-3 py-2 text-left enabled:hover:bg-hover"
          >
            <StatusMark state={markOf(task.state)} label={false} words={taskStateWords(task.state)} />
            <span className={classNames("max-w-[70%] shrink-0 truncate", canOpen ? "font-semibold" : "text-muted")}>
              {task.key || "Answer"}
            </span>
            <span className="min-w-0 flex-1 truncate text-sm text-muted">{task.agentRole}</span>
            <TaskFigures task={task} />
            {canOpen ? (
              <ChevronRight
                aria-hidden="true"
                className={classNames("size-4 shrink-0 text-faint transition-transform", isOpen && "rotate-90")}
              />
            ) : null}
          </button>
        </h2>
        {runId !== null && task.state === "pending" ? <SkipTask runId={runId} taskKey={task.key} /> : null}
      </div>
      {isOpen && canOpen ? <TaskBody task={task} namesDemo={namesDemo} /> : null}
    </section>
  );
});

function TaskFigures({ task }: { task: LiveTask }) {
  if (task.startedAt === null) return <span className="text-xs text-faint">{taskStateWords(task.state)}</span>;
  const { turns, tools, tokens } = taskCounts(task);
  return (
    <span className="flex shrink-0 items-center gap-2 text-xs text-faint">
      {turns > 0 ? <span className="max-xl:hidden">{formatPlural(turns, "turn")}</span> : null}
      {tools > 0 ? <span className="max-xl:hidden">{formatPlural(tools, "tool call")}</span> : null}
      {tokens > 0 ? <span className="max-sm:hidden">{formatShortCount(tokens)} tokens</span> : null}
      <Elapsed from={task.startedAt} to={task.endedAt} className="min-w-10 text-right" />
    </span>
  );
}

function TaskBody({ task, namesDemo }: { task: LiveTask; namesDemo: boolean }) {
  const [shown, setShown] = useState(ITEMS_SHOWN);
  const items = withoutRepeatedWaits(task.items);
  const hidden = Math.max(0, items.length - shown);
  const last = task.items.findLast((item) => item.kind === "turn");
  // The attempt that failed last has said why already.
  const isToldByTurn = last?.kind === "turn" && last.state === "failed" && last.retries.length > 0;
  const isOutputSaid = task.output === null || (last?.kind === "turn" && last.text.trim() === task.output.trim());
  return (
    <div className="flex flex-col gap-3 border-t border-line px-3 py-3">
      {task.description ? (
        <div className="text-sm text-muted">
          <ClampedText text={task.description} limit={240}>
            {(text) => <p className="break-words whitespace-pre-wrap">{text}</p>}
          </ClampedText>
          {task.model ? (
            <p className="mt-1 flex flex-wrap items-center gap-2 text-xs text-faint">
              <span className="font-mono">{task.model}</span>
              {namesDemo && isDemoModel(task.model) ? <DemoBadge /> : null}
              {task.tools.length > 0 ? <span>may use {task.tools.join(", ")}</span> : null}
            </p>
          ) : null}
        </div>
      ) : null}
      {hidden > 0 ? (
        <button type="button" onClick={() => setShown(shown + 200)} className="self-start rounded-sm text-sm text-accent hover:underline">
          Show {Math.min(hidden, 200)} of {formatPlural(hidden, "earlier entry", "earlier entries")}
        </button>
      ) : null}
      {items.slice(hidden).map((item) => (
        <div key={`${item.kind} ${item.id}`} className="min-w-0 [contain-intrinsic-size:auto_80px] [content-visibility:auto] empty:hidden">
          {item.kind === "turn" ? (
            <TurnCard turn={item} />
          ) : item.kind === "tool" ? (
            <ToolReceipt tool={item} isHeld={task.state === "waiting"} />
          ) : (
            <RunNote note={item} />
          )}
        </div>
      ))}
      {task.error && !isToldByTurn ? <StreamNote mark="failed">{task.error.message}</StreamNote> : null}
      {isOutputSaid ? null : (
        <div className="rounded-md bg-sunken p-3">
          <p className="mb-1 text-xs text-faint">Output</p>
          <ClampedText text={task.output ?? ""} limit={4_000}>
            {(text) => <Markdown text={text} />}
          </ClampedText>
        </div>
      )}
    </div>
  );
}
