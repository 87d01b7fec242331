import type { LiveTask } from "@crew/client/live-run-view";

type LiveItem = LiveTask["items"][number];

/**
 * A provider that is away makes a run wait and go on again many times. Of waits that follow each other with nothing in
 * between, the last one says what all of them would.
 */
export function withoutRepeatedWaits(items: readonly LiveItem[]): LiveItem[] {
  return items.filter((item, at) => {
    const next = items.slice(at + 1, at + 3);
    return !(isTimed(item) && next.length === 2 && next.every(isTimed));
  });
}

function isTimed(item: LiveItem): boolean {
  if (item.kind !== "note") return false;
  return (item.note === "waiting" && item.reason === "timer") || (item.note === "resumed" && item.because === "timer");
}
