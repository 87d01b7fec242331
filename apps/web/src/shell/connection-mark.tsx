"use client";

import { useSocketStatus } from "../data/live-socket.tsx";

/** Says only what is wrong: while the live connection stands, there is nothing to read. */
export function ConnectionMark() {
  const status = useSocketStatus();
  const isLost = status === "offline";
  return (
    <div role="status" className="min-h-6 px-2">
      {isLost ? (
        <span className="inline-flex animate-appear items-center gap-2 text-xs text-warn">
          <span aria-hidden="true" className="size-2 animate-pulse-soft rounded-full bg-warn" />
          Reconnecting…
        </span>
      ) : null}
    </div>
  );
}
