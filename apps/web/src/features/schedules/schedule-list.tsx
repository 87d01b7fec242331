"use client";

import type { Schedule } from "@crew/contracts/schedules";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { scheduleEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { PagedTable } from "../../ui/paged-table.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useNavigate } from "../../ui/use-navigate.ts";
import { useMay } from "../members/use-may.ts";
import { scheduleColumns } from "./schedule-columns.tsx";
import type { ScheduleAct } from "./schedule-menu.tsx";
import { schedulesQuery } from "./schedule-queries.ts";
import { ScheduleTicks } from "./schedule-ticks.tsx";

const ScheduleDialog = lazy(() => import("./schedule-dialog.tsx"));

/** Crews that run at set times. `newFor`: the crew for which one is to be made at once. */
export function ScheduleList({ newFor }: { newFor: string | null }) {
  const list = useInfiniteQuery(schedulesQuery);
  const mayWrite = useMay("schedules:write");
  const { replace } = useNavigate();
  const [edited, setEdited] = useState<Schedule | "new" | null>(newFor ? "new" : null);
  const [doomed, setDoomed] = useState<Schedule | null>(null);
  const [shownId, setShownId] = useState<string | null>(null);
  const act = useScheduleActs(() => setDoomed(null));
  const choose = (schedule: Schedule, what: ScheduleAct) => {
    if (what === "ticks") setShownId(schedule.id);
    else if (what === "change") setEdited(schedule);
    else if (what === "delete") setDoomed(schedule);
    else act.mutate({ schedule, what });
  };
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  const add = (
    <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => setEdited("new")}>
      New schedule
    </Button>
  );
  return (
    <>
      <Card
        flush
        title="Schedules"
        note="Crews that start at set times, with the rights of whoever saved the schedule last."
        actions={mayWrite ? add : null}
      >
        <PagedTable
          list={list}
          noun={["schedule", "schedules"]}
          caption="Schedules"
          columns={scheduleColumns({ mayWrite, busyId: act.isPending ? act.variables.schedule.id : null, onAct: choose })}
          rowKey={(schedule) => schedule.id}
          empty={
            <EmptyState title="Nothing runs by the clock yet" action={mayWrite ? add : null}>
              Choose a crew, say when, and what it is given each time: a brief on the news every workday at 9, say. Each time happens once,
              however many workers there are.
            </EmptyState>
          }
        />
      </Card>
      <Suspense fallback={null}>
        {edited && mayWrite ? (
          <ScheduleDialog
            schedule={edited === "new" ? null : edited}
            crewId={newFor}
            onClose={() => {
              setEdited(null);
              if (newFor) replace("/schedules");
            }}
          />
        ) : null}
      </Suspense>
      <ConfirmDialog
        open={doomed !== null}
        title={`Delete ${doomed?.name ?? ""}?`}
        confirm="Delete schedule"
        busy={act.isPending}
        onClose={() => setDoomed(null)}
        onConfirm={() => doomed && act.mutate({ schedule: doomed, what: "delete" })}
      >
        It starts nothing more, and the record of its times goes with it. Its runs stay. To stop it for a while, pause it instead.
      </ConfirmDialog>
      <ScheduleTicks schedule={rows.find(({ id }) => id === shownId) ?? null} onClose={() => setShownId(null)} />
    </>
  );
}

/** What a schedule's row does at once or after a question. */
function useScheduleActs(onSettled: () => void) {
  const queries = useQueryClient();
  const { push } = useNavigate();
  return useMutation({
    mutationFn: async ({ schedule, what }: { schedule: Schedule; what: "pause" | "run" | "delete" }) => {
      const params = { scheduleId: schedule.id };
      if (what === "delete") await callApi(scheduleEndpoints.delete, { params });
      else if (what === "pause") await callApi(scheduleEndpoints.update, { params, body: { isPaused: !schedule.isPaused } });
      else return callApi(scheduleEndpoints.runNow, { params, body: {} });
      return null;
    },
    onSuccess: (run, { schedule, what }) => {
      if (what === "delete") showToast(`${schedule.name} is deleted`);
      if (what === "pause") showToast(schedule.isPaused ? `${schedule.name} goes on` : `${schedule.name} is paused`);
      if (run) push(`/runs/${run.id}`);
      onSettled();
      return queries.invalidateQueries({ queryKey: ["schedules"] });
    },
    onError: (error) => showToast("Nothing was changed", { tone: "bad", detail: explainError(error).reason }),
  });
}
