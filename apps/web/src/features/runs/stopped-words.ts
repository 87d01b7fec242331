import { formatPlural } from "../../ui/format-figures.ts";

/** `3 runs stopped`; those that a worker has in its hands end within moments. */
export function stoppedWords({ ended, stopping }: { ended: number; stopping: number }): string {
  const all = ended + stopping;
  if (all === 0) return "No run was going";
  const last = stopping > 0 && ended > 0 ? `, ${formatCountOf(stopping)} of them in a moment` : "";
  return stopping === all ? `${formatPlural(all, "run stops", "runs stop")} now` : `${formatPlural(all, "run")} stopped${last}`;
}

function formatCountOf(count: number): string {
  return count === 1 ? "one" : String(count);
}
