import type { LiveTask } from "@crew/client/live-run-view";

type LiveItem = LiveTask["items"][number];

/**
 * A provider that is away, or has a long line, makes a run wait and go on again many times. Of waits that follow each other with nothing in
 * between, the last one says what all of them would.
 */
export function withoutRepeatedWaits(items: readonly LiveItem[]): LiveItem[] {
  return items.filter((item, at) => {
    const [next, second] = [items[at + 1], items[at + 2]];
    if (!isTimed(item) || !isTimed(next)) return true;
    // Going on is told only where it was not at once another wait.
    return item.kind === "note" && item.note === "waiting" && !isTimed(second);
  });
}

function isTimed(item: LiveItem | undefined): boolean {
  if (item?.kind !== "note") return false;
  return (
    (item.note === "waiting" && (item.reason === "timer" || item.reason === "provider_limit")) ||
    (item.note === "resumed" && item.because === "timer")
  );
}
