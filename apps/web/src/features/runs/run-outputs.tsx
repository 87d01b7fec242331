"use client";

import type { LiveRunView } from "@crew/client/live-run-view";
import { Download } from "lucide-react";
import { CopyButton } from "../../ui/copy-button.tsx";
import { downloadText, fileNameOf } from "../../ui/download-text.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import { ClampedText } from "./clamped-text.tsx";

/** What each task has handed over. */
export function RunOutputs({ view, title }: { view: LiveRunView; title: string }) {
  const done = view.tasks.filter((task) => task.output !== null);
  if (done.length === 0 && view.endedAt !== null) return <EmptyState title="No outputs">No task was finished.</EmptyState>;
  if (done.length === 0) return <EmptyState title="No outputs yet">Each task's output appears here when the task is done.</EmptyState>;
  return (
    <div className="flex flex-col divide-y divide-line">
      {done.map((task) => (
        <article key={task.key} aria-label={task.key} className="py-3 first:pt-0">
          <header className="flex items-center gap-1">
            <h3 className="min-w-0 flex-1 truncate text-sm font-semibold">
              {task.key} <span className="font-normal text-faint">{task.agentRole}</span>
            </h3>
            <CopyButton text={task.output ?? ""} label={`Copy the output of ${task.key}`} />
            <IconButton
              label={`Download the output of ${task.key} as .md`}
              icon={<Download />}
              onClick={() => downloadText(fileNameOf(`${title} ${task.key}`, "md"), task.output ?? "")}
            />
          </header>
          <ClampedText text={task.output ?? ""} limit={1_500}>
            {(text) => <Markdown text={text} className="text-sm" />}
          </ClampedText>
        </article>
      ))}
    </div>
  );
}
