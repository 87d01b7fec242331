"use client";

import { useQuery } from "@tanstack/react-query";
import { SkipForward } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { showToast } from "../../ui/toast-store.ts";
import { runMessagesQuery } from "./run-message-queries.ts";
import { useMaySteer, useSayToRun } from "./use-say-to-run.ts";

/** Of a task that has not begun. */
export function SkipTask({ runId, taskKey }: { runId: string; taskKey: string }) {
  const maySteer = useMaySteer();
  const said = useQuery(runMessagesQuery(runId)).data ?? [];
  const say = useSayToRun(runId);
  if (!maySteer) return null;
  if (said.some(({ command }) => command.kind === "skip" && command.taskKey === taskKey))
    return <span className="shrink-0 pr-3 text-xs text-warn">will be skipped</span>;
  return (
    <Button
      size="sm"
      variant="ghost"
      icon={<SkipForward className="size-3.5" />}
      aria-label={`Skip ${taskKey}`}
      busy={say.isPending}
      onClick={() =>
        say.mutate(`skip task ${taskKey}`, {
          onError: (error) => showToast("The task was not skipped.", { tone: "bad", detail: explainError(error).reason }),
        })
      }
    >
      Skip
    </Button>
  );
}
