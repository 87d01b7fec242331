"use client";

import type { WorkspaceRunLimits } from "@crew/contracts/queue-limits";
import type { Me } from "@crew/contracts/session";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { runLimitEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { WhomToAsk } from "../members/whom-to-ask.tsx";

const limitsQuery = queryOptions({
  queryKey: ["run-limits"],
  queryFn: ({ signal }) => callApi(runLimitEndpoints.getOfWorkspace, { signal }),
});

const FIELDS: { name: keyof WorkspaceRunLimits; label: string; hint: string; max: number }[] = [
  { name: "maxConcurrentRuns", label: "Runs at the same time", hint: "Chats included. The others wait in the queue.", max: 1_000 },
  {
    name: "maxQueuedRuns",
    label: "Runs that may wait",
    hint: "A start beyond that is refused, and told when to come again.",
    max: 1_000_000,
  },
  {
    name: "defaultMaxExecutionSeconds",
    label: "Seconds that a run may take",
    hint: "Waits included. For runs whose crew and start say nothing of it.",
    max: 604_800,
  },
];

/** How many runs the workspace moves and keeps waiting, and how long each may take. */
export function RunLimitsCard({ me }: { me: Me }) {
  const limits = useQuery(limitsQuery);
  const mayWrite = me.permissions.includes("workspace:write");
  return (
    <Card
      title="Runs"
      note={
        mayWrite ? (
          "Limits of all crews together. Empty: no limit."
        ) : (
          <>
            Your role does not change the limits. <WhomToAsk />
          </>
        )
      }
    >
      {limits.isPending ? <SkeletonRows rows={2} /> : null}
      {limits.isError ? (
        <ErrorState error={limits.error} what="The limits could not be read" onRetry={() => void limits.refetch()} />
      ) : null}
      {limits.data ? <LimitsForm key={JSON.stringify(limits.data)} limits={limits.data} mayWrite={mayWrite} /> : null}
    </Card>
  );
}

function LimitsForm({ limits, mayWrite }: { limits: WorkspaceRunLimits; mayWrite: boolean }) {
  const queries = useQueryClient();
  const [wanted, setWanted] = useState(limits);
  const save = useMutation({
    mutationFn: () => callApi(runLimitEndpoints.setOfWorkspace, { body: wanted }),
    onSuccess: (saved) => {
      queries.setQueryData(limitsQuery.queryKey, saved);
      showToast("The limits are set");
    },
  });
  const isSame = JSON.stringify(wanted) === JSON.stringify(limits);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending && !isSame) save.mutate();
      }}
    >
      <div className="grid gap-4 md:grid-cols-3">
        {FIELDS.map(({ name, label, hint, max }) => (
          <Field key={name} label={label} optional hint={hint}>
            <Input
              type="number"
              inputMode="numeric"
              min={1}
              max={max}
              readOnly={!mayWrite}
              value={wanted[name] ?? ""}
              onChange={(event) => setWanted({ ...wanted, [name]: event.target.value === "" ? null : Number(event.target.value) })}
            />
          </Field>
        ))}
      </div>
      {save.isError ? <ErrorState error={save.error} what="The limits are the same as before" /> : null}
      {mayWrite ? (
        <Button type="submit" variant="primary" busy={save.isPending} disabled={isSame} className="self-start">
          Set the limits
        </Button>
      ) : null}
    </form>
  );
}
