"use client";

import { randomId } from "@crew/client/idempotency-key";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { callApi } from "../../data/call-api.ts";
import { runMessageEndpoints } from "../../data/endpoints.ts";
import { meQuery } from "../../data/session-queries.ts";
import { runMessagesQuery } from "./run-message-queries.ts";

/** Says something to the run. Refused, it is said again with the same words only by pressing again. */
export function useSayToRun(runId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (text: string) => callApi(runMessageEndpoints.say, { params: { runId }, body: { clientMessageId: randomId(), text } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["run", runId] }),
  });
}

export function useMaySteer(): boolean {
  return useQuery(meQuery).data?.permissions.includes("runs:cancel") ?? false;
}

/** What was said. `seen`: how many of it the run has told to have seen, which is the occasion to read it anew. */
export function useRunMessages(runId: string, seen: number) {
  const queries = useQueryClient();
  useEffect(() => {
    if (seen > 0) void queries.invalidateQueries({ queryKey: runMessagesQuery(runId).queryKey });
  }, [queries, runId, seen]);
  return useQuery(runMessagesQuery(runId));
}
