import type { RunMessage } from "@crew/contracts/run-messages";
import { queryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { runMessageEndpoints } from "../../data/endpoints.ts";

/** All that was said to a run: at most a few pages. */
export function runMessagesQuery(runId: string) {
  return queryOptions({
    queryKey: ["run", runId, "messages"],
    queryFn: async ({ signal }) => {
      const said: RunMessage[] = [];
      for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
        const page = await callApi(runMessageEndpoints.list, { params: { runId }, query: { limit: 100, cursor }, signal });
        said.push(...page.data);
        cursor = page.nextCursor ?? undefined;
      }
      return said;
    },
  });
}

/** Whether the last word on it was to pause. */
export function isToldToPause(said: readonly RunMessage[]): boolean {
  return said.findLast(({ command }) => command.kind === "pause" || command.kind === "resume")?.command.kind === "pause";
}
