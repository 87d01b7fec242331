import { ApiError } from "@crew/client/api-error";
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";

/** Errors that a second try cannot change. */
const FINAL = new Set(["invalid", "unauthenticated", "forbidden", "not_found", "conflict", "stale", "too_large", "unsupported_media_type"]);

export function makeQueryClient(): QueryClient {
  // Whatever is refused for lack of a session: the page asks who it is, and finds out that it is nobody any more.
  const onError = (error: unknown) => {
    if (error instanceof ApiError && error.code === "unauthenticated") void client.invalidateQueries({ queryKey: ["me"] });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // Hints on the socket say when a list has changed; focus alone is no reason to ask again.
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && !(error instanceof ApiError && FINAL.has(error.code)),
      },
      mutations: { retry: false },
    },
  });
  return client;
}
