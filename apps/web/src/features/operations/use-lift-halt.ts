"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { haltEndpoints } from "../../data/endpoints.ts";
import { explainError } from "../../ui/explain-error.ts";
import { showToast } from "../../ui/toast-store.ts";

export function useLiftHalt() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (haltId: string) => callApi(haltEndpoints.delete, { params: { haltId } }),
    onSuccess: () => {
      showToast("The halt is lifted; what waited goes on");
      for (const key of ["halts", "runs", "crews"]) void queries.invalidateQueries({ queryKey: [key] });
    },
    onError: (error) => showToast("The halt was not lifted", { tone: "bad", detail: explainError(error).reason }),
  });
}
