import type { PurgeMemories } from "@crew/contracts/memories";
import { formatPlural } from "../../ui/format-figures.ts";
import type { MemoryCount } from "./memory-queries.ts";

/** The filters as the address holds them. */
export interface MemoryFields {
  crew: string;
  run: string;
  tainted: "" | "true" | "false";
  query: string;
}

export function memoryFieldsOf(search: URLSearchParams): MemoryFields {
  const tainted = search.get("tainted");
  return {
    crew: search.get("crew") ?? "",
    run: search.get("run") ?? "",
    tainted: tainted === "true" || tainted === "false" ? tainted : "",
    query: (search.get("query") ?? "").slice(0, 200),
  };
}

/** `3 memories`, `more than 500 memories`. */
export function memoryCountWords({ count, isMore }: MemoryCount): string {
  return `${isMore ? "more than " : ""}${formatPlural(count, "memory", "memories")}`;
}

/** `of the crew “Research”, from outside`: which ones a purge takes. */
export function purgeWords(purge: PurgeMemories, crewName: string | null): string {
  const parts = [
    purge.crewId ? `of ${crewName ? `the crew “${crewName}”` : "this crew"}` : "",
    purge.runId ? `of the run ${purge.runId}` : "",
    purge.taintedOnly ? "from outside" : "",
  ].filter(Boolean);
  return parts.join(", ");
}

/** Nothing named would be everything, which a purge refuses. */
export function namesASource({ crewId, runId, taintedOnly }: PurgeMemories): boolean {
  return crewId !== null || runId !== null || taintedOnly;
}
