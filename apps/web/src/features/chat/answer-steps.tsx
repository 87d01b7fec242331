"use client";

import { ErrorState } from "../../ui/error-state.tsx";
import { formatPlural } from "../../ui/format-figures.ts";
import { Skeleton } from "../../ui/skeleton.tsx";
import { isDemoModel } from "../models/demo-note.tsx";
import { costWords } from "../runs/run-words.ts";
import { ToolReceipt } from "../runs/tool-receipt.tsx";
import { useLiveRun } from "../runs/use-live-run.ts";

/** What an answer took: its tool calls as receipts, its cost. */
export default function AnswerSteps({ runId }: { runId: string }) {
  const { view, phase, error, retry } = useLiveRun(runId);
  if (phase === "failed") return <ErrorState error={error} what="The steps could not be read" onRetry={retry} />;
  if (phase === "loading") return <Skeleton className="h-9 w-full" />;
  const tools = view.tasks.flatMap((task) => task.items).filter((item) => item.kind === "tool");
  const isDemo = isDemoModel(view.tasks[0]?.model ?? null);
  return (
    <div className="flex flex-col gap-1.5 border-l-2 border-line pl-3">
      {tools.map((tool) => (
        <ToolReceipt key={tool.id} tool={tool} />
      ))}
      <p className="text-xs text-faint">
        {formatPlural(view.totals.modelCalls, "model call")}, {formatPlural(tools.length, "tool call")},{" "}
        {costWords(view.totals.costUsd, isDemo)}
      </p>
    </div>
  );
}
