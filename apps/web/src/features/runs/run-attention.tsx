"use client";

import type { LiveApproval, LiveRunView } from "@crew/client/live-run-view";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { meQuery } from "../../data/session-queries.ts";
import { Skeleton } from "../../ui/skeleton.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { runApprovalsQuery } from "./run-queries.ts";
import { waitWords } from "./run-words.ts";
import { useAnswersOfOthers } from "./use-answers-of-others.ts";

const ApprovalForm = lazy(async () => ({ default: (await import("./approval-form.tsx")).ApprovalForm }));

/** Pinned above all else: what the run needs of a person, or what it waits for. */
export function RunAttention({ view, runId }: { view: LiveRunView; runId: string }) {
  const mayDecide = useQuery(meQuery).data?.permissions.includes("runs:approve") ?? false;
  const open = useOpenApprovals(view, runId);
  useAnswersOfOthers(view.approvals);
  if (view.endedAt !== null) return null;
  if (open.length > 0) {
    return (
      <Suspense fallback={<Skeleton className="h-80 rounded-lg" />}>
        {open.map((approval) => (
          <ApprovalForm key={approval.id} approval={approval} runId={runId} mayDecide={mayDecide} />
        ))}
      </Suspense>
    );
  }
  if (view.waiting === null) return null;
  const words = waitWords(view.waiting);
  return (
    <section className="rounded-lg border border-warn/60 bg-warn-soft px-4 py-3">
      <h2 className="flex items-center gap-2 font-semibold">
        <StatusMark state="waiting" label={false} />
        {words.title}
      </h2>
      <p className="mt-0.5 text-sm text-muted">{words.advice}</p>
    </section>
  );
}

/** From the events; where a wait names no question, the list of questions is asked. */
function useOpenApprovals(view: LiveRunView, runId: string): LiveApproval[] {
  const told = view.approvals.filter((approval) => approval.answer === null);
  const isUntold = told.length === 0 && view.waiting !== null && /human_input|approval|needs_attention/.test(view.waiting.reason);
  const asked = useQuery({ ...runApprovalsQuery(runId), enabled: isUntold }).data?.data ?? [];
  if (!isUntold) return told;
  return asked
    .filter((approval) => approval.decision === null)
    .map((approval) => ({ ...approval, askedAt: approval.createdAt, answer: null }));
}
