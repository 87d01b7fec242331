"use client";

import { ApiError } from "@crew/client/api-error";
import { idempotencyKey } from "@crew/client/idempotency-key";
import type { StartRun } from "@crew/contracts/runs";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { runEndpoints } from "../../data/endpoints.ts";
import { useNavigate } from "../../ui/use-navigate.ts";

interface Intention {
  what: string;
  headers: { "idempotency-key": string };
}

/**
 * Starts a run and opens its page. Two quick presses start one run: the second finds the first under way, and a repeat
 * after an error of the network carries the same key, so that the server answers with the run it may have started.
 */
export function useStartRun() {
  const { push } = useNavigate();
  const queries = useQueryClient();
  const isUnderWay = useRef(false);
  const intention = useRef<Intention | null>(null);
  const [isStarting, setStarting] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const start = async (crewId: string, input: StartRun): Promise<void> => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setStarting(true);
    setError(null);
    const what = JSON.stringify([crewId, input]);
    if (intention.current?.what !== what) intention.current = { what, headers: idempotencyKey() };
    try {
      const run = await callApi(runEndpoints.start, { params: { crewId }, body: input, headers: intention.current.headers });
      intention.current = null;
      void queries.invalidateQueries({ queryKey: ["runs"] });
      // Stays "starting" until the run's page has taken over: the button offers no second run meanwhile.
      push(`/runs/${run.id}`);
    } catch (cause) {
      // A refusal is an answer: the next press is a new intention. Without an answer the run may have started.
      if (cause instanceof ApiError && cause.code !== "unavailable") intention.current = null;
      setError(cause);
      isUnderWay.current = false;
      setStarting(false);
    }
  };

  return { start, isStarting, error };
}
