"use client";

import type { LiveRunView } from "@crew/client/live-run-view";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { meQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { formatMoment } from "../../ui/format-figures.ts";
import { Skeleton } from "../../ui/skeleton.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { decide, declareAnswered } from "../approvals/approval-queries.ts";
import type { AskedApproval } from "../approvals/approval-words.ts";
import { DeadlineNote } from "../approvals/deadline-note.tsx";
import { WhomToAsk } from "../members/whom-to-ask.tsx";
import { Countdown } from "./countdown.tsx";
import { runApprovalsQuery } from "./run-queries.ts";
import { waitWords } from "./run-words.ts";
import { useAnswersOfOthers } from "./use-answers-of-others.ts";

const ApprovalForm = lazy(async () => ({ default: (await import("../approvals/approval-form.tsx")).ApprovalForm }));

/** Pinned above all else: what the run needs of a person, or what it waits for. */
export function RunAttention({ view, runId }: { view: LiveRunView; runId: string }) {
  const mayDecide = useQuery(meQuery).data?.permissions.includes("runs:approve") ?? false;
  // A grant on this crew may allow what the role does not; only the server knows.
  const [isTrying, setTrying] = useState(false);
  const queries = useQueryClient();
  const open = useOpenApprovals(view, runId);
  useAnswersOfOthers(view.approvals);
  if (view.endedAt !== null) return null;
  if (open.length > 0) {
    return (
      <Suspense fallback={<Skeleton className="h-80 rounded-lg" />}>
        {open.map(({ asked, deadline }) => (
          <ApprovalForm
            key={asked.id}
            approval={asked}
            about={deadline ? <DeadlineNote asked={deadline} /> : null}
            instead={mayDecide || isTrying ? undefined : <OnlyWatches onTry={() => setTrying(true)} />}
            answer={(answer) => decide(asked.id, answer)}
            onSettled={() => declareAnswered(queries, runId)}
          />
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
      <p className="mt-0.5 text-sm text-muted">
        {words.advice} {view.waiting.reason === "budget" ? <TextLink href="/usage">Go to the budgets</TextLink> : null}
        {view.waiting.until === null ? null : <GoesOn until={view.waiting.until} isElse={view.waiting.reason === "budget"} />}
      </p>
    </section>
  );
}

function OnlyWatches({ onTry }: { onTry: () => void }) {
  return (
    <div className="flex flex-wrap items-center gap-3">
      <p className="text-sm text-muted">
        Your role watches runs and answers nothing. <WhomToAsk />
      </p>
      <Button size="sm" onClick={onTry}>
        This crew lets me
      </Button>
    </div>
  );
}

interface Open {
  asked: AskedApproval;
  deadline: Parameters<typeof DeadlineNote>[0]["asked"] | null;
}

/** From the events; the list of questions knows the deadlines, and the question where a wait names none. */
function useOpenApprovals(view: LiveRunView, runId: string): Open[] {
  const told = view.approvals.filter((approval) => approval.answer === null);
  const isWaiting = view.waiting !== null && /human_input|approval|needs_attention/.test(view.waiting.reason);
  const listed = useQuery({ ...runApprovalsQuery(runId), enabled: isWaiting || told.length > 0 }).data?.data ?? [];
  const open = listed.filter((approval) => approval.decision === null);
  const deadlineOf = (id: string) => open.find((approval) => approval.id === id) ?? null;
  if (told.length > 0 || !isWaiting) return told.map((asked) => ({ asked, deadline: deadlineOf(asked.id) }));
  return open.map((asked) => ({ asked, deadline: asked }));
}

/** `isElse`: unless somebody lets it go on before. */
function GoesOn({ until, isElse }: { until: string; isElse: boolean }) {
  return (
    <span className="whitespace-nowrap">
      {isElse ? "Else at" : "At"} {formatMoment(until)}, <Countdown until={until} />.
    </span>
  );
}
