import type { Backup } from "@crew/contracts/backups";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { backupEndpoints } from "../../data/endpoints.ts";

const LOOK_AGAIN_MS = 3_000;
const STATUS_MS = 30_000;

/** No hint on the socket tells of backups, which are no workspace's: what is under way or was asked for is looked at until it is over. */
export function backupsQuery(isAwaited: (backup: Backup) => boolean) {
  return infiniteQueryOptions({
    queryKey: ["backups", "list"],
    queryFn: ({ pageParam, signal }) => callApi(backupEndpoints.list, { query: { limit: 25, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) => (state.data?.pages.some((page) => page.data.some(isAwaited)) ? LOOK_AGAIN_MS : false),
  });
}

/** Under `["backups"]`, as the list: one is looked at again with the other. */
export const backupStatusQuery = queryOptions({
  queryKey: ["backups", "status"],
  queryFn: ({ signal }) => callApi(backupEndpoints.status, { signal }),
  refetchInterval: STATUS_MS,
});
