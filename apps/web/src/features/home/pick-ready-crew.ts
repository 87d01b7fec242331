import type { CrewSummary } from "@crew/contracts/crews";

/** The crew that Home offers to run: the one used last; before any run the first of the list. */
export function pickReadyCrew(newestFirst: readonly CrewSummary[]): CrewSummary | undefined {
  const used = newestFirst.filter((crew) => crew.lastRun !== null);
  if (used.length === 0) return newestFirst[0];
  return used.reduce((latest, crew) => ((crew.lastRun?.createdAt ?? "") > (latest.lastRun?.createdAt ?? "") ? crew : latest));
}
