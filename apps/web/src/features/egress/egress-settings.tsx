"use client";

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { callApi } from "../../data/call-api.ts";
import { egressEndpoints } from "../../data/endpoints.ts";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { useMay } from "../members/use-may.ts";
import { WhomToAsk } from "../members/whom-to-ask.tsx";

const EgressForm = lazy(() => import("./egress-form.tsx"));

/** Which hosts the workspace's agents may reach at all. */
export function EgressSettings() {
  const rules = useQuery({ queryKey: ["egress-rules"], queryFn: ({ signal }) => callApi(egressEndpoints.get, { signal }) });
  const mayWrite = useMay("security:write");
  return (
    <Card
      title="Outgoing hosts"
      note={
        mayWrite ? (
          "What every crew's own list must lie within. A change counts for runs under way too."
        ) : (
          <>
            You see the rules; setting them is for those who manage security. <WhomToAsk />
          </>
        )
      }
    >
      {rules.isPending ? <Skeleton className="h-48" /> : null}
      {rules.isError ? <ErrorState error={rules.error} what="The rules could not be read" onRetry={() => void rules.refetch()} /> : null}
      {rules.data ? (
        <div className="flex flex-col gap-4">
          <Suspense fallback={<Skeleton className="h-48" />}>
            <EgressForm rules={rules.data} mayWrite={mayWrite} />
          </Suspense>
          {rules.data.updatedAt ? (
            <p className="text-xs text-faint">
              Set <RelativeTime at={rules.data.updatedAt} /> {rules.data.updatedBy ? `by ${rules.data.updatedBy}` : ""}
            </p>
          ) : null}
        </div>
      ) : null}
    </Card>
  );
}
