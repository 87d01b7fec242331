import { RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import { StatusMark } from "../../ui/status-mark.tsx";

export interface StreamNoteProps {
  mark: "again" | "waiting" | "done" | "failed" | "stopped";
  children: ReactNode;
}

const STATES = { waiting: "waiting", done: "succeeded", failed: "failed", stopped: "cancelled" } as const;

/** One line of a stream that is neither the model's words nor a tool's: what the platform did or waits for. */
export function StreamNote({ mark, children }: StreamNoteProps) {
  return (
    <p className="flex gap-2 text-sm text-muted">
      <span aria-hidden="true" className="flex h-5 shrink-0 items-center">
        {mark === "again" ? <RotateCcw className="size-3.5 text-warn" /> : <StatusMark state={STATES[mark]} label={false} />}
      </span>
      <span className="min-w-0 break-words">{children}</span>
    </p>
  );
}
