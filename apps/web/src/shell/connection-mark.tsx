"use client";

import { useSocketStatus } from "../data/live-socket.tsx";

/** Says only what is wrong: while the live connection stands, there is nothing to read. */
export function ConnectionMark() {
  const status = useSocketStatus();
  const isLost = status === "offline";
  return (
    <div role="status" className="px-2 md:min-h-6">
      {isLost ? (
        <span className="inline-flex animate-appear items-center gap-2 rounded-md text-xs text-warn max-md:mb-2 max-md:border max-md:border-line max-md:bg-raised max-md:px-2 max-md:py-1">
          <span aria-hidden="true" className="size-2 animate-pulse-soft rounded-full bg-warn" />
          Reconnecting…
        </span>
      ) : null}
    </div>
  );
}
