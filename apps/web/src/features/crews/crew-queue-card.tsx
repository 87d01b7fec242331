"use client";

import type { CrewRunLimits } from "@crew/contracts/queue-limits";
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
import { useMay } from "../members/use-may.ts";

const limitsQuery = (crewId: string) =>
  queryOptions({
    queryKey: ["run-limits", crewId],
    queryFn: ({ signal }) => callApi(runLimitEndpoints.getOfCrew, { params: { crewId }, signal }),
  });

/** How the crew's runs stand in the queue. Not part of its versions: it counts for what waits already. */
export default function CrewQueueCard({ crewId }: { crewId: string }) {
  const limits = useQuery(limitsQuery(crewId));
  return (
    <Card title="Queue" note="Counts at once, for every version of the crew.">
      {limits.isPending ? <SkeletonRows rows={1} /> : null}
      {limits.isError ? (
        <ErrorState error={limits.error} what="The limits could not be read" onRetry={() => void limits.refetch()} />
      ) : null}
      {limits.data ? <LimitsForm key={JSON.stringify(limits.data)} crewId={crewId} limits={limits.data} /> : null}
    </Card>
  );
}

function LimitsForm({ crewId, limits }: { crewId: string; limits: CrewRunLimits }) {
  const queries = useQueryClient();
  const mayWrite = useMay("crews:write");
  const [most, setMost] = useState(limits.maxConcurrentRuns?.toString() ?? "");
  const [priority, setPriority] = useState(limits.priority.toString());
  const wanted: CrewRunLimits = { maxConcurrentRuns: most === "" ? null : Number(most), priority: Number(priority) };
  const save = useMutation({
    mutationFn: () => callApi(runLimitEndpoints.setOfCrew, { params: { crewId }, body: wanted }),
    onSuccess: (saved) => {
      queries.setQueryData(limitsQuery(crewId).queryKey, saved);
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
      <div className="grid gap-4 md:grid-cols-2">
        <Field label="Runs at the same time" optional hint="The others wait in the queue. Empty: as many as workers have room for.">
          <Input type="number" min={1} max={1_000} readOnly={!mayWrite} value={most} onChange={(event) => setMost(event.target.value)} />
        </Field>
        <Field label="Priority" hint="-100 to 100. Of what waits in the workspace the higher goes first; chats go before all.">
          <Input
            type="number"
            required
            min={-100}
            max={100}
            readOnly={!mayWrite}
            value={priority}
            onChange={(event) => setPriority(event.target.value)}
          />
        </Field>
      </div>
      {save.isError ? <ErrorState error={save.error} what="The limits are the same as before" /> : null}
      {mayWrite && !isSame ? (
        <Button type="submit" busy={save.isPending} className="self-start">
          Set the limits
        </Button>
      ) : null}
    </form>
  );
}
