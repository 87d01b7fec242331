"use client";

import type { InboxApproval } from "@crew/contracts/approvals";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { visibleText } from "../../ui/visible-text.ts";
import { ApprovalForm } from "./approval-form.tsx";
import { approvalQuery, decide, declareAnswered } from "./approval-queries.ts";
import { DeadlineNote } from "./deadline-note.tsx";
import { DecidedApproval } from "./decided-approval.tsx";
import { isOwnAnswer } from "./note-own-answer.ts";

/** One question with its form, or with what became of it. */
export function ApprovalDetail({ approvalId, onOnward }: { approvalId: string; onOnward: () => void }) {
  const query = useQuery(approvalQuery(approvalId));
  const queries = useQueryClient();
  const approval = query.data;
  if (query.isError && !approval)
    return <ErrorState error={query.error} what="The question could not be read" onRetry={() => void query.refetch()} />;
  if (!approval) return <Skeleton className="h-80 w-full rounded-lg" />;
  if (approval.decision !== null) {
    return (
      <DecidedApproval approval={approval} about={<WhoAsks approval={approval} />}>
        <Button onClick={onOnward}>{isOwnAnswer(approvalId) ? "Go on" : "Go on to what waits"}</Button>
      </DecidedApproval>
    );
  }
  return (
    <ApprovalForm
      approval={approval}
      about={
        <>
          <WhoAsks approval={approval} />
          <DeadlineNote asked={approval} />
          {approval.escalatedAt ? (
            <p className="mt-0.5 text-sm text-warn">Nobody answered in time, so somebody else was asked too.</p>
          ) : null}
        </>
      }
      answer={async (answer) => {
        await decide(approvalId, answer);
        showToast("Your answer was taken", { detail: "The run goes on with it." });
        onOnward();
      }}
      onSettled={() => declareAnswered(queries, approval.runId)}
    />
  );
}

function WhoAsks({ approval }: { approval: InboxApproval }) {
  const { crewName, agentRole, taskKey, runId, createdAt } = approval;
  const who = agentRole ? `${agentRole} asks` : "Asked";
  return (
    <p className="mt-1 flex flex-wrap gap-x-1.5 text-sm break-words text-muted">
      <span className="min-w-0">
        {visibleText(who)}
        {taskKey ? ` in “${visibleText(taskKey)}”` : ""} of {visibleText(crewName)},
      </span>
      <RelativeTime at={createdAt} />
      <span aria-hidden="true">·</span>
      <TextLink href={`/runs/${runId}`}>See its run</TextLink>
    </p>
  );
}
