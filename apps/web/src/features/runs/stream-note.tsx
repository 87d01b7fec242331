import { MessageSquare, RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import { StatusMark } from "../../ui/status-mark.tsx";

export interface StreamNoteProps {
  mark: "again" | "waiting" | "done" | "failed" | "stopped" | "said";
  children: ReactNode;
}

const STATES = { waiting: "waiting", done: "succeeded", failed: "failed", stopped: "cancelled" } as const;

/** One line of a stream that is neither the model's words nor a tool's: what the platform did or waits for. */
export function StreamNote({ mark, children }: StreamNoteProps) {
  return (
    <p className="flex gap-2 text-sm text-muted">
      <span aria-hidden="true" className="flex h-5 shrink-0 items-center">
        <NoteMark mark={mark} />
      </span>
      <span className="min-w-0 break-words">{children}</span>
    </p>
  );
}

function NoteMark({ mark }: Pick<StreamNoteProps, "mark">) {
  if (mark === "again") return <RotateCcw className="size-3.5 text-warn" />;
  if (mark === "said") return <MessageSquare className="size-3.5 text-accent" />;
  return <StatusMark state={STATES[mark]} label={false} />;
}
