"use client";

import type { ApiKey, NewApiKey } from "@crew/contracts/api-keys";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { apiKeyEndpoints } from "../../data/endpoints.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { showToast } from "../../ui/toast-store.ts";

export interface EndedKey {
  key: ApiKey;
  how: "revoke" | "rotate";
}

export interface EndApiKeyDialogProps {
  ended: EndedKey | null;
  onClose: () => void;
  onReplaced: (key: NewApiKey) => void;
}

/** Revokes a key, or puts a new one in its place. Either way the one of now ends at once. */
export function EndApiKeyDialog({ ended, onClose, onReplaced }: EndApiKeyDialogProps) {
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: async ({ key, how }: EndedKey) => {
      const params = { apiKeyId: key.id };
      if (how === "rotate") onReplaced(await callApi(apiKeyEndpoints.rotate, { params, body: { prefix: key.prefix } }));
      else await callApi(apiKeyEndpoints.revoke, { params });
    },
    onSuccess: (_, { how }) => {
      void queries.invalidateQueries({ queryKey: ["api-keys"] });
      if (how === "revoke") showToast("The key is revoked");
      onClose();
    },
    onError: (error) => showToast("The key is as it was", { tone: "bad", detail: explainError(error).reason }),
  });
  const isRevoke = ended?.how === "revoke";
  return (
    <ConfirmDialog
      open={ended !== null}
      title={`${isRevoke ? "Revoke" : "Replace"} ${ended?.key.name ?? "key"}?`}
      confirm={isRevoke ? "Revoke key" : "Make a new key"}
      busy={act.isPending}
      onClose={onClose}
      onConfirm={() => ended && act.mutate(ended)}
    >
      Programs that use the key ending in <code className="font-mono">{ended?.key.lastFour}</code> are refused from now on.
      {isRevoke ? " Runs that it has started go on." : " The new one may do the same and is shown once."}
    </ConfirmDialog>
  );
}
