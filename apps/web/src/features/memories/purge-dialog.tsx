"use client";

import type { PurgeMemories } from "@crew/contracts/memories";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { crewPickQuery } from "../../data/crew-queries.ts";
import { memoryEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { formatPlural } from "../../ui/format-figures.ts";
import { Select } from "../../ui/select.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { memoryCountQuery } from "./memory-queries.ts";
import { memoryCountWords, namesASource, purgeWords } from "./memory-words.ts";

/** Asks which memories go, says how many they are, and forgets them. Opens with what the page shows. */
export function PurgeDialog({ shown, onClose }: { shown: PurgeMemories; onClose: () => void }) {
  const queries = useQueryClient();
  const [purge, setPurge] = useState(shown);
  const crews = useQuery(crewPickQuery).data?.data ?? [];
  const isNamed = namesASource(purge);
  const found = useQuery({ ...memoryCountQuery(purge), enabled: isNamed });
  const remove = useMutation({
    mutationFn: (body: PurgeMemories) => callApi(memoryEndpoints.purge, { body }),
    onSuccess: ({ removed }) => {
      void queries.invalidateQueries({ queryKey: ["memories"] });
      showToast(removed === 0 ? "There was nothing to forget" : `${formatPlural(removed, "memory is", "memories are")} forgotten`);
      onClose();
    },
  });
  const crewName = crews.find(({ id }) => id === purge.crewId)?.name ?? null;
  const isEmpty = found.data?.count === 0;
  const change = (part: Partial<PurgeMemories>) => {
    remove.reset();
    setPurge({ ...purge, ...part });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Forget many at once"
      actions={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button
            variant="danger"
            disabled={!isNamed || !found.data || isEmpty}
            busy={remove.isPending}
            onClick={() => remove.mutate(purge)}
          >
            {found.data && isNamed && !isEmpty ? `Forget ${memoryCountWords(found.data)}` : "Forget"}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Of which crew">
          <Select value={purge.crewId ?? ""} onChange={(event) => change({ crewId: event.target.value || null })}>
            <option value="">Any crew</option>
            {crews.map((crew) => (
              <option key={crew.id} value={crew.id}>
                {crew.name}
              </option>
            ))}
          </Select>
        </Field>
        {shown.runId ? (
          <Checkbox
            label={<span className="text-sm">Only of one run</span>}
            hint={<span className="font-mono break-all">{shown.runId}</span>}
            checked={purge.runId !== null}
            onChange={(event) => change({ runId: event.target.checked ? shown.runId : null })}
          />
        ) : null}
        <Checkbox
          label={<span className="text-sm">Only what came from outside</span>}
          hint="Made from web pages, documents and other content that nobody here wrote."
          checked={purge.taintedOnly}
          onChange={(event) => change({ taintedOnly: event.target.checked })}
        />
        <p role="status" className="text-sm text-muted">
          {!isNamed ? "Choose a crew, a run, or what came from outside." : null}
          {isNamed && found.isFetching ? "Counting…" : null}
          {isNamed && found.data && !found.isFetching
            ? isEmpty
              ? `There is no memory ${purgeWords(purge, crewName)}.`
              : `${sentence(memoryCountWords(found.data))} ${purgeWords(purge, crewName)} will be gone for good. Runs keep their outputs.`
            : null}
        </p>
        {found.isError ? <ErrorState error={found.error} what="They could not be counted" onRetry={() => void found.refetch()} /> : null}
        {remove.isError ? <ErrorState error={remove.error} what="Nothing was forgotten" /> : null}
      </div>
    </Dialog>
  );
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
