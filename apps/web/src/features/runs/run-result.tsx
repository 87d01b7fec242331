"use client";

import type { LiveRunView } from "@crew/client/live-run-view";
import { Download } from "lucide-react";
import { Card } from "../../ui/card.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { downloadText, fileNameOf } from "../../ui/download-text.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { DemoBadge } from "../models/demo-note.tsx";
import { failureAdvice } from "./run-words.ts";
import { TallBox } from "./tall-box.tsx";

/** Whether it ended with something to read. */
export function hasResult(view: LiveRunView): boolean {
  return view.state === "succeeded" && view.output !== null;
}

/** How a run ended, first of all things on its page. Nothing while it works. */
export function RunResult({ view, title, isDemo }: { view: LiveRunView; title: string; isDemo: boolean }) {
  if (view.state === "failed") {
    const advice = failureAdvice(view.error?.code ?? "");
    return (
      <section className="rounded-lg border border-bad/40 bg-bad-soft p-4">
        <h2 className="font-semibold text-bad">The run failed</h2>
        <p className="mt-1 break-words">{view.error?.message ?? "No reason was given."}</p>
        <p className="mt-1 text-sm text-muted">
          {view.tasks.some((task) => task.output !== null) ? "Outputs of finished tasks are kept. " : ""}
          {advice}{" "}
          {/Settings/.test(advice) ? (
            <RouteLink href="/settings/models" className="text-text underline underline-offset-2">
              Open the models
            </RouteLink>
          ) : null}
        </p>
      </section>
    );
  }
  // Who stopped it is told by the events alone.
  if (view.state === "cancelled" && view.cancelledBy !== null) {
    return (
      <section className="rounded-lg border border-line bg-surface p-4">
        <h2 className="font-semibold">{view.cancelledBy ? `Stopped by ${view.cancelledBy}` : "Stopped"}</h2>
        <p className="mt-1 text-sm text-muted">What was finished before is kept below; nothing more was started.</p>
      </section>
    );
  }
  const output = view.output;
  if (output === null || !hasResult(view)) return null;
  return (
    <Card
      title={<span className="flex items-center gap-2">Result {isDemo ? <DemoBadge /> : null}</span>}
      className="border-good/40"
      actions={
        <>
          <CopyButton text={output} label="Copy the result" />
          <IconButton label="Download as .md" icon={<Download />} onClick={() => downloadText(fileNameOf(title, "md"), output)} />
        </>
      }
    >
      <TallBox>
        <Markdown text={output} className="max-w-[72ch]" />
      </TallBox>
    </Card>
  );
}
