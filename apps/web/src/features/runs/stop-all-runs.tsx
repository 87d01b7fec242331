"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { runEndpoints } from "../../data/endpoints.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { showToast } from "../../ui/toast-store.ts";
import { stoppedWords } from "./stopped-words.ts";

export interface StopAllRunsProps {
  open: boolean;
  /** `null`: every run of the workspace. */
  crew: { id: string; name: string } | null;
  onClose: () => void;
}

/** The switch that stops a crew, or the whole workspace; says afterwards how many were stopped. */
export function StopAllRuns({ open, crew, onClose }: StopAllRunsProps) {
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: () => callApi(runEndpoints.cancelAll, { body: { crewId: crew?.id ?? null } }),
    onSuccess: (stopped) => {
      showToast(stoppedWords(stopped));
      void queries.invalidateQueries({ queryKey: ["runs"] });
      void queries.invalidateQueries({ queryKey: ["run"] });
      void queries.invalidateQueries({ queryKey: ["crews"] });
      onClose();
    },
    onError: (error) => showToast("No run was stopped", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <ConfirmDialog
      open={open}
      title={crew ? `Stop all runs of ${crew.name}?` : "Stop all runs?"}
      confirm={crew ? "Stop its runs" : "Stop all runs"}
      busy={stop.isPending}
      onClose={onClose}
      onConfirm={() => stop.mutate()}
    >
      {crew
        ? "Every run of this crew that has not ended is stopped, whoever started it."
        : "Every run of this workspace that has not ended is stopped, whoever started it; answers in chats too."}{" "}
      Finished tasks and their outputs stay, and what was used so far is charged. A stopped run cannot go on.
    </ConfirmDialog>
  );
}
