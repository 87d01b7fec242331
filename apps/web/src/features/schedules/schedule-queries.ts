import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { scheduleEndpoints } from "../../data/endpoints.ts";

/** Keys start with `schedules`: the socket's hint that one has changed voids them all. */
export const schedulesQuery = infiniteQueryOptions({
  queryKey: ["schedules", "list"],
  queryFn: ({ pageParam, signal }) => callApi(scheduleEndpoints.list, { query: { limit: 50, cursor: pageParam ?? undefined }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});

export function ticksQuery(scheduleId: string) {
  return infiniteQueryOptions({
    queryKey: ["schedules", "ticks", scheduleId],
    queryFn: ({ pageParam, signal }) =>
      callApi(scheduleEndpoints.ticks, { params: { scheduleId }, query: { limit: 25, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

const FRESH_MS = 30_000;

/** What the server makes of a cron; what it refuses stays refused. */
export function previewQuery(cron: string, timezone: string) {
  return queryOptions({
    queryKey: ["schedule-preview", cron, timezone],
    queryFn: ({ signal }) => callApi(scheduleEndpoints.preview, { body: { cron, timezone }, signal }),
    enabled: cron.trim() !== "" && timezone.trim() !== "",
    staleTime: FRESH_MS,
    retry: false,
    placeholderData: keepPreviousData,
  });
}
