"use client";

import type { NewTrigger, Trigger } from "@crew/contracts/triggers";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { triggerEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { PagedTable } from "../../ui/paged-table.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useMay } from "../members/use-may.ts";
import { ConfirmTriggerDialog, type DoomedTrigger } from "./confirm-trigger-dialog.tsx";
import { ShownOnceTrigger } from "./shown-once-trigger.tsx";
import { triggerColumns } from "./trigger-columns.tsx";
import { TriggerEvents } from "./trigger-events.tsx";
import type { TriggerAct } from "./trigger-menu.tsx";
import { triggersQuery } from "./trigger-queries.ts";

const TriggerDialog = lazy(() => import("./trigger-dialog.tsx"));

/** Addresses at which events from outside start crews. */
export function TriggerList() {
  const list = useInfiniteQuery(triggersQuery);
  const mayWrite = useMay("triggers:write");
  const [edited, setEdited] = useState<Trigger | "new" | null>(null);
  const [fresh, setFresh] = useState<{ trigger: NewTrigger; isRotated: boolean } | null>(null);
  const [doomed, setDoomed] = useState<DoomedTrigger | null>(null);
  const [shownId, setShownId] = useState<string | null>(null);
  const act = useTriggerActs({ onRotated: (trigger) => setFresh({ trigger, isRotated: true }), onSettled: () => setDoomed(null) });
  const choose = (trigger: Trigger, what: TriggerAct) => {
    if (what === "events") setShownId(trigger.id);
    else if (what === "change") setEdited(trigger);
    else if (what === "secret" || what === "delete") setDoomed({ trigger, what });
    else act.mutate({ trigger, what });
  };
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  const add = (
    <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => setEdited("new")}>
      New trigger
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      {fresh ? <ShownOnceTrigger {...fresh} onDone={() => setFresh(null)} /> : null}
      <Card
        flush
        title="Triggers"
        note="Addresses at which other systems start a crew, by events that are signed (Standard Webhooks)."
        actions={mayWrite ? add : null}
      >
        <PagedTable
          list={list}
          noun={["trigger", "triggers"]}
          caption="Triggers"
          columns={triggerColumns({ mayWrite, busyId: act.isPending ? act.variables.trigger.id : null, onAct: choose })}
          rowKey={(trigger) => trigger.id}
          empty={
            <EmptyState title="Nothing outside starts a crew yet" action={mayWrite ? add : null}>
              Give a shop, a form or a repository an address of its own here, and say which part of its events a crew is given. The same
              event starts one run, however often it is sent.
            </EmptyState>
          }
        />
      </Card>
      <Suspense fallback={null}>
        {edited ? (
          <TriggerDialog
            trigger={edited === "new" ? null : edited}
            onClose={() => setEdited(null)}
            onCreated={(trigger) => setFresh({ trigger, isRotated: false })}
          />
        ) : null}
      </Suspense>
      <ConfirmTriggerDialog doomed={doomed} busy={act.isPending} onClose={() => setDoomed(null)} onConfirm={act.mutate} />
      <TriggerEvents trigger={rows.find(({ id }) => id === shownId) ?? null} mayWrite={mayWrite} onClose={() => setShownId(null)} />
    </div>
  );
}

interface Told {
  onRotated: (trigger: NewTrigger) => void;
  onSettled: () => void;
}

/** What a trigger's row does at once or after a question. */
function useTriggerActs({ onRotated, onSettled }: Told) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ trigger, what }: { trigger: Trigger; what: "switch" | "secret" | "delete" }) => {
      const params = { triggerId: trigger.id };
      if (what === "secret") onRotated(await callApi(triggerEndpoints.rotateSecret, { params, body: {} }));
      else if (what === "delete") await callApi(triggerEndpoints.delete, { params });
      else await callApi(triggerEndpoints.update, { params, body: { isEnabled: !trigger.isEnabled } });
    },
    onSuccess: (_, { trigger, what }) => {
      if (what === "delete") showToast(`${trigger.name} is deleted`);
      if (what === "switch") showToast(trigger.isEnabled ? `${trigger.name} starts nothing for now` : `${trigger.name} takes events again`);
      onSettled();
      return queries.invalidateQueries({ queryKey: ["triggers"] });
    },
    onError: (error) => showToast("Nothing was changed", { tone: "bad", detail: explainError(error).reason }),
  });
}
