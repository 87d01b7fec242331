"use client";

import { useEffect, useState, useSyncExternalStore } from "react";
import { callApi } from "../../data/call-api.ts";
import { earlyFetch } from "../../data/early-fetch.ts";
import { runEndpoints } from "../../data/endpoints.ts";
import { useLiveSocket } from "../../data/live-socket.tsx";
import { type LiveRunSnapshot, LiveRunStore } from "./live-run-store.ts";

/** Watches a run. Give the component that calls it `key={runId}`: one run, one store. */
export function useLiveRun(runId: string): LiveRunSnapshot & { retry: () => void } {
  const socket = useLiveSocket();
  const [store] = useState(
    () =>
      new LiveRunStore({
        read: async (after, limit) =>
          (await callApi(runEndpoints.events, { params: { runId }, query: { after, limit }, fetch: earlyFetch })).data,
      }),
  );
  const snapshot = useSyncExternalStore(store.subscribe, store.snapshot, store.snapshot);
  const isOpen = snapshot.phase === "following" && snapshot.view.endedAt === null;

  useEffect(() => void store.load(), [store]);
  useEffect(() => {
    if (!socket || !isOpen) return;
    return store.follow(socket, `run:${runId}`);
  }, [socket, store, runId, isOpen]);

  return { ...snapshot, retry: () => void store.load() };
}
