"use client";

import { EMPTY_LIVE_RUN, type LiveRunView } from "@crew/client/live-run-view";
import type { Run } from "@crew/contracts/runs";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { PageBody } from "../../shell/page-body.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { Badge } from "../../ui/badge.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { useRouteId } from "../../ui/use-route-id.ts";
import { isDemoModel } from "../models/demo-note.tsx";
import { Elapsed } from "./elapsed.tsx";
import type { LiveRunSnapshot } from "./live-run-store.ts";
import { RunActions } from "./run-actions.tsx";
import { RunAttention } from "./run-attention.tsx";
import { RunFacts } from "./run-facts.tsx";
import { RunLinksNote } from "./run-links-note.tsx";
import { runDefinitionQuery, runQuery } from "./run-queries.ts";
import { hasResult, RunResult } from "./run-result.tsx";
import { RunSide } from "./run-side.tsx";
import { RunStream } from "./run-stream.tsx";
import { costWords, waitWords } from "./run-words.ts";
import { TalkCard, TalkSheet } from "./talk-card.tsx";
import type { TalkToRunProps } from "./talk-to-run.tsx";
import { TaskGraphView, TaskList } from "./task-graph.tsx";
import { useLiveRun } from "./use-live-run.ts";

const CRUMBS = [{ label: "Runs", href: "/runs" }];

export function RunPage() {
  const runId = useRouteId();
  return runId === null ? <RunSkeleton /> : <RunView key={runId} runId={runId} />;
}

function RunView({ runId }: { runId: string }) {
  const query = useQuery(runQuery(runId));
  const live = useLiveRun(runId);
  useFreshRow(runId, live.view);
  if (query.isError && !query.data) {
    return (
      <>
        <PageHeader crumbs={CRUMBS} title="Run" />
        <PageBody>
          <ErrorState
            error={query.error}
            what="This run could not be opened"
            onRetry={() => void query.refetch()}
            action={
              <RouteLink href="/runs" className={buttonClass("ghost", "sm")}>
                All runs
              </RouteLink>
            }
          />
        </PageBody>
      </>
    );
  }
  if (!query.data) return <RunSkeleton />;
  return <LoadedRun run={query.data} live={live.phase === "loading" ? { ...live, view: viewOfRow(query.data) } : live} />;
}

function LoadedRun({ run, live }: { run: Run; live: LiveRunSnapshot & { retry: () => void } }) {
  const { view, events } = live;
  const definition = useQuery(runDefinitionQuery(run.id)).data?.definition ?? null;
  const isDemo = isDemoRun(view, definition?.model ?? null);
  const [isDetails, setDetails] = useState(false);
  const talk = useTalk(run, live);
  const hasGraph = run.kind === "crew" && view.tasks.length > 0;
  return (
    <>
      <PageHeader
        crumbs={CRUMBS}
        title={run.crewName}
        state={
          <>
            {run.crewVersion === null ? null : <Badge className="max-sm:hidden">v{run.crewVersion}</Badge>}
            <StatusMark state={view.state} />
            {/* The line of figures scrolls away with the stream; time and money of a run at work stay in sight. */}
            {view.startedAt !== null && view.endedAt === null ? (
              <span className="flex gap-2 max-xl:hidden">
                <Elapsed from={view.startedAt} to={null} className="min-w-8 text-right" />
                <span>{costWords(view.totals.costUsd, isDemo)}</span>
              </span>
            ) : null}
          </>
        }
        actions={<RunActions run={{ ...run, state: view.state }} events={events} />}
      />
      <p aria-live="polite" className="sr-only">
        {announcement(view)}
      </p>
      <PageBody>
        {/* Named once: beside the result as soon as there is one. */}
        <RunFacts run={run} view={view} isDemo={isDemo} namesDemo={isDemo && !hasResult(view)} />
        {live.phase === "failed" ? (
          <ErrorState
            error={live.error}
            what="The events of this run could not be read"
            kept="What is shown was read before."
            onRetry={live.retry}
          />
        ) : null}
        <RunLinksNote run={run} view={view} />
        <RunAttention view={view} runId={run.id} />
        {hasGraph ? (
          <div className="xl:hidden">
            <TaskList tasks={view.tasks} />
          </div>
        ) : null}
        {talk ? <TalkSheet {...talk} /> : null}
        <ViewSwitch isDetails={isDetails} onChange={setDetails} />
        <div
          className={classNames(
            "grid min-w-0 items-start gap-6 lg:grid-cols-[minmax(0,1fr)_320px] 2xl:grid-cols-[232px_minmax(0,1fr)_400px]",
            hasGraph && "xl:grid-cols-[232px_minmax(0,1fr)_320px]",
          )}
        >
          {hasGraph ? (
            <div className="sticky top-16 max-h-[calc(100dvh-80px)] overflow-y-auto max-xl:hidden">
              <TaskGraphView tasks={view.tasks} plan={definition?.tasks ?? null} />
            </div>
          ) : null}
          <div className={classNames("flex min-w-0 flex-col gap-4", !hasGraph && "2xl:col-span-2", isDetails && "max-lg:hidden")}>
            <RunResult view={view} title={run.crewName} isDemo={isDemo} />
            {live.phase === "loading" ? (
              <StreamSkeleton />
            ) : view.tasks.length === 0 ? (
              <NotStarted view={view} />
            ) : (
              <RunStream view={view} isDemo={isDemo} runId={run.id} />
            )}
          </div>
          <div
            className={classNames(
              "min-w-0 lg:sticky lg:top-16 lg:max-h-[calc(100dvh-80px)] lg:overflow-y-auto",
              !isDetails && "max-lg:hidden",
            )}
          >
            {talk ? <TalkCard {...talk} /> : null}
            <RunSide runId={run.id} title={run.crewName} view={view} events={events} />
          </div>
        </div>
      </PageBody>
    </>
  );
}

/** Of a crew's run that goes on, or to which something was said. */
function useTalk(run: Run, { view, events }: LiveRunSnapshot): TalkToRunProps | null {
  const seen = events.filter(({ type }) => type === "run_steered").length;
  const isTalk = run.kind === "crew" && (view.endedAt === null || seen > 0);
  return isTalk ? { runId: run.id, view, seen } : null;
}

/** Where both columns do not fit side by side, one of them shows. */
function ViewSwitch({ isDetails, onChange }: { isDetails: boolean; onChange: (isDetails: boolean) => void }) {
  return (
    <fieldset aria-label="What to show" className="grid grid-cols-2 gap-1 rounded-md bg-sunken p-1 lg:hidden">
      {[false, true].map((value) => (
        <button
          key={String(value)}
          type="button"
          aria-pressed={isDetails === value}
          onClick={() => onChange(value)}
          className={classNames("h-9 rounded-sm text-sm text-muted", isDetails === value && "bg-raised font-medium text-text shadow-sm")}
        >
          {value ? "Outputs and details" : "Activity"}
        </button>
      ))}
    </fieldset>
  );
}

function NotStarted({ view }: { view: LiveRunView }) {
  if (view.endedAt !== null) return <p className="text-sm text-muted">Nothing had been started.</p>;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm text-muted">Queued. A worker takes it up in a moment.</p>
      <Skeleton className="h-11 rounded-lg" />
      <Skeleton className="h-11 rounded-lg" />
    </div>
  );
}

function StreamSkeleton() {
  return (
    <div role="status" aria-label="Loading the events" className="flex flex-col gap-3">
      <Skeleton className="h-11 rounded-lg" />
      <Skeleton className="h-11 rounded-lg" />
    </div>
  );
}

/** What the row of a run says by itself, for the moment in which its events are still being read. */
function viewOfRow(run: Run): LiveRunView {
  const { state, startedAt, endedAt, output, error, totals, attempt } = run;
  return { ...EMPTY_LIVE_RUN, state, startedAt, endedAt, output, error, totals, attempt };
}

function RunSkeleton() {
  return (
    <>
      <PageHeader crumbs={CRUMBS} title={<Skeleton className="w-40" />} />
      <PageBody>
        <div role="status" aria-label="Loading the run" className="flex flex-col gap-4">
          <Skeleton className="h-5 w-2/3" />
          <Skeleton className="h-11 rounded-lg" />
          <Skeleton className="h-40 rounded-lg" />
        </div>
      </PageBody>
    </>
  );
}

/** The row holds what no event carries (settled totals): it is read anew when the state has changed. */
function useFreshRow(runId: string, view: LiveRunView): void {
  const queries = useQueryClient();
  const { state, seq } = view;
  const isKnown = seq > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new state is the occasion, not an input
  useEffect(() => {
    if (isKnown) void queries.invalidateQueries({ queryKey: ["run", runId], exact: true });
  }, [queries, runId, isKnown, state]);
}

function isDemoRun(view: LiveRunView, crewModel: string | null): boolean {
  const used = view.tasks.flatMap((task) => task.model ?? []);
  return used.length > 0 ? used.every(isDemoModel) : isDemoModel(crewModel);
}

/** What a screen reader says when the state changes; tokens are never read out. */
function announcement(view: LiveRunView): string {
  if (view.state === "waiting" && view.waiting !== null) return `The run waits. ${waitWords(view.waiting).title}.`;
  const task = view.tasks.find(({ state }) => state === "running");
  if (view.state === "running") return task ? `Task ${task.key || "answer"} is at work.` : "The run is at work.";
  return {
    queued: "The run is queued.",
    waiting: "The run waits.",
    succeeded: "The run succeeded.",
    failed: "The run failed.",
    cancelled: "The run was stopped.",
  }[view.state];
}
