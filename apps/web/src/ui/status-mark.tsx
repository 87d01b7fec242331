import type { RunState } from "@crew/contracts/run-states";
import { classNames } from "./class-names.ts";

export const RUN_STATE_WORDS: Record<RunState, string> = {
  queued: "Queued",
  running: "Running",
  waiting: "Waiting",
  succeeded: "Succeeded",
  failed: "Failed",
  cancelled: "Stopped",
};

const COLORS: Record<RunState, string> = {
  queued: "text-faint",
  running: "text-accent",
  waiting: "text-warn",
  succeeded: "text-good",
  failed: "text-bad",
  cancelled: "text-faint",
};

/** A state told by shape first and color second, so that it reads without either. */
export function StatusMark({
  state,
  label = true,
  words,
  className,
}: {
  state: RunState;
  label?: boolean;
  words?: string;
  className?: string;
}) {
  const text = words ?? RUN_STATE_WORDS[state];
  return (
    <span className={classNames("inline-flex items-center gap-1.5 whitespace-nowrap", className)}>
      <svg
        viewBox="0 0 16 16"
        className={classNames("size-3.5 shrink-0", COLORS[state], state === "running" && "animate-turn")}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinecap="round"
        strokeLinejoin="round"
        role={label ? undefined : "img"}
        aria-label={label ? undefined : text}
        aria-hidden={label || undefined}
      >
        <Shape state={state} />
      </svg>
      {label ? <span>{text}</span> : null}
    </span>
  );
}

function Shape({ state }: { state: RunState }) {
  switch (state) {
    case "queued":
      return <circle cx="8" cy="8" r="6" strokeDasharray="2.2 2.5" />;
    case "running":
      return (
        <>
          <circle cx="8" cy="8" r="6" />
          <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" stroke="none" />
        </>
      );
    case "waiting":
      return (
        <>
          <path d="M5.5 3.5v9" strokeWidth="2.5" />
          <path d="M10.5 3.5v9" strokeWidth="2.5" />
        </>
      );
    case "succeeded":
      return <path d="M2.8 8.6 6.2 12l7-8" strokeWidth="2" />;
    case "failed":
      return <path d="m3.5 3.5 9 9m0-9-9 9" strokeWidth="2" />;
    case "cancelled":
      return (
        <>
          <circle cx="8" cy="8" r="6" />
          <path d="m3.8 12.2 8.4-8.4" />
        </>
      );
  }
}
