"use client";

import type { Memory } from "@crew/contracts/memories";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { memoryEndpoints } from "../../data/endpoints.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { showToast } from "../../ui/toast-store.ts";
import { visibleText } from "../../ui/visible-text.ts";

const SHOWN_CHARACTERS = 200;

export function DeleteMemoryDialog({ memory, onClose }: { memory: Memory | null; onClose: () => void }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (one: Memory) => callApi(memoryEndpoints.delete, { params: { memoryId: one.id } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["memories"] });
      showToast("It is forgotten");
      onClose();
    },
    onError: (error) => showToast("Nothing was forgotten", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <ConfirmDialog
      open={memory !== null}
      title="Forget this memory?"
      confirm="Forget it"
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() => memory && remove.mutate(memory)}
    >
      <p className="mb-2 line-clamp-4 text-sm break-words">“{visibleText(memory?.text.slice(0, SHOWN_CHARACTERS) ?? "")}”</p>
      Later runs of {memory?.crewName ?? "the crew"} do not find it any more. The run that made it keeps its output.
    </ConfirmDialog>
  );
}
