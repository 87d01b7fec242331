"use client";

import type { RunEvent } from "@crew/contracts/run-events";
import { type KeyboardEvent, useRef, useState } from "react";
import { classNames } from "../../ui/class-names.ts";
import { Code } from "../../ui/code.tsx";
import { formatPlural } from "../../ui/format-figures.ts";

const ROW = 28;
const HEIGHT = 420;
const SPARE = 10;

/** Every stored event. Only the rows in sight exist: ten thousand cost what thirty do. */
export function RunEventsList({ events }: { events: readonly RunEvent[] }) {
  const [top, setTop] = useState(0);
  const [chosen, setChosen] = useState<number | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const first = Math.max(0, Math.floor(top / ROW) - SPARE);
  const rows = events.slice(first, first + Math.ceil(HEIGHT / ROW) + 2 * SPARE);
  const shown = chosen === null ? undefined : events[chosen - 1];

  const move = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 14, PageUp: -14 }[event.key];
    if (by === undefined || events.length === 0) return;
    event.preventDefault();
    const next = Math.min(events.length, Math.max(1, (chosen ?? 0) + by));
    setChosen(next);
    const box = frame.current;
    if (!box) return;
    if ((next - 1) * ROW < box.scrollTop) box.scrollTop = (next - 1) * ROW;
    else if (next * ROW > box.scrollTop + box.clientHeight) box.scrollTop = next * ROW - box.clientHeight;
  };

  return (
    <div className="flex min-w-0 flex-col gap-3">
      <p className="text-xs text-faint">
        {formatPlural(events.length, "event")}, numbered without gaps. Arrow keys move, the chosen one is shown below.
      </p>
      <div
        ref={frame}
        role="listbox"
        tabIndex={0}
        aria-label="Events"
        aria-activedescendant={chosen === null ? undefined : `event-${chosen}`}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        onKeyDown={move}
        className="relative overflow-y-auto rounded-md border -outline-offset-2 border-line bg-sunken"
        style={{ height: Math.min(HEIGHT, Math.max(ROW, events.length * ROW) + 2) }}
      >
        <div style={{ height: events.length * ROW }}>
          <div style={{ transform: `translateY(${first * ROW}px)` }}>
            {rows.map((event) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
              <div
                key={event.seq}
                id={`event-${event.seq}`}
                role="option"
                tabIndex={-1}
                aria-selected={event.seq === chosen}
                onClick={() => setChosen(event.seq)}
                style={{ height: ROW }}
                className={classNames(
                  "flex cursor-default items-center gap-2 px-2 font-mono text-xs hover:bg-hover",
                  event.seq === chosen && "bg-accent-soft hover:bg-accent-soft",
                )}
              >
                <span className="w-10 shrink-0 text-right text-faint">{event.seq}</span>
                <span className="min-w-0 flex-1 truncate">{event.type}</span>
                <span className="shrink-0 text-faint">{event.at.slice(11, 23)}</span>
              </div>
            ))}
          </div>
        </div>
      </div>
      {shown ? <Code text={JSON.stringify(shown, null, 2)} label={`Event ${shown.seq}`} wrap /> : null}
    </div>
  );
}
