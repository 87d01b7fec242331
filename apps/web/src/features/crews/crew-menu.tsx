"use client";

import { idempotencyKey } from "@crew/client/idempotency-key";
import type { CrewSummary } from "@crew/contracts/crews";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Brain, CalendarClock, CirclePlay, Copy, OctagonX, Play, Square, SquarePen, Trash2 } from "lucide-react";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { crewEndpoints } from "../../data/endpoints.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { RowMenu } from "../../ui/row-menu.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useNavigate } from "../../ui/use-navigate.ts";
import { useMay } from "../members/use-may.ts";
import { HaltDialog } from "../operations/halt-dialog.tsx";
import { haltsQuery } from "../operations/halt-queries.ts";
import { useLiftHalt } from "../operations/use-lift-halt.ts";
import { StopAllRuns } from "../runs/stop-all-runs.tsx";
import { copyOfCrew } from "./crew-input-of.ts";

export function CrewMenu({ crew }: { crew: CrewSummary }) {
  const queries = useQueryClient();
  const { push } = useNavigate();
  const mayWrite = useMay("crews:write");
  const mayStop = useMay("runs:cancel");
  const maySchedule = useMay("schedules:write");
  const mayHalt = useMay("runs:halt");
  const halt = useQuery({ ...haltsQuery, enabled: mayHalt }).data?.find(({ crewId }) => crewId === crew.id);
  const lift = useLiftHalt();
  const [isHalting, setHalting] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const [isStopping, setStopping] = useState(false);

  const duplicate = useMutation({
    mutationFn: async () => {
      const whole = await callApi(crewEndpoints.get, { params: { crewId: crew.id } });
      return callApi(crewEndpoints.create, { body: copyOfCrew(whole), headers: idempotencyKey() });
    },
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ["crews"] });
      showToast(`${made.name} is made`);
      push(`/crews/${made.id}`);
    },
    onError: (error) => showToast("The crew was not duplicated", { tone: "bad", detail: explainError(error).reason }),
  });
  const remove = useMutation({
    mutationFn: () => callApi(crewEndpoints.delete, { params: { crewId: crew.id } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["crews"] });
      setDeleting(false);
      showToast(`${crew.name} is deleted`);
    },
    onError: (error) => showToast(`${crew.name} was not deleted`, { tone: "bad", detail: explainError(error).reason }),
  });

  return (
    <>
      <RowMenu
        name={crew.name}
        actions={[
          { label: "Run", icon: <Play />, onSelect: () => push(`/crews/${crew.id}?run=1`) },
          { label: "Edit", icon: <SquarePen />, onSelect: () => push(`/crews/${crew.id}`) },
          { label: "Duplicate", icon: <Copy />, disabled: duplicate.isPending || !mayWrite, onSelect: () => duplicate.mutate() },
          { label: "Schedule", icon: <CalendarClock />, disabled: !maySchedule, onSelect: () => push(`/schedules?new=${crew.id}`) },
          { label: "Memory", icon: <Brain />, onSelect: () => push(`/settings/memories?crew=${crew.id}`) },
          null,
          halt
            ? { label: "Lift its halt", icon: <CirclePlay />, disabled: !mayHalt || lift.isPending, onSelect: () => lift.mutate(halt.id) }
            : { label: "Halt", icon: <OctagonX />, disabled: !mayHalt, onSelect: () => setHalting(true) },
          { label: "Stop all its runs", icon: <Square />, disabled: !mayStop, onSelect: () => setStopping(true) },
          { label: "Delete", icon: <Trash2 />, danger: true, disabled: !mayWrite, onSelect: () => setDeleting(true) },
        ]}
      />
      <HaltDialog open={isHalting} crew={crew} onClose={() => setHalting(false)} />
      <StopAllRuns open={isStopping} crew={crew} onClose={() => setStopping(false)} />
      <ConfirmDialog
        open={isDeleting}
        title={`Delete ${crew.name}?`}
        confirm="Delete crew"
        busy={remove.isPending}
        onClose={() => setDeleting(false)}
        onConfirm={() => remove.mutate()}
      >
        The crew and its versions are deleted. Its runs and their outputs stay readable.
        {crew.activeRuns > 0 ? ` ${crew.activeRuns} of them still going will end as they began.` : ""}
      </ConfirmDialog>
    </>
  );
}
