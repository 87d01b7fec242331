import type { WebhookDelivery } from "@crew/contracts/webhooks";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { webhookEndpoints } from "../../data/endpoints.ts";

export const webhooksQuery = queryOptions({
  queryKey: ["webhooks"],
  queryFn: ({ signal }) => callApi(webhookEndpoints.list, { signal }),
  select: (list) => list.data,
});

const SOON_MS = 15_000;
const LOOK_AGAIN_MS = 2_000;

/** No hint on the socket tells of deliveries; one that is about to be sent is looked at until it is over. */
export function deliveriesQuery(webhookId: string, state?: WebhookDelivery["state"]) {
  return infiniteQueryOptions({
    queryKey: ["webhook-deliveries", webhookId, state ?? "all"],
    queryFn: ({ pageParam, signal }) =>
      callApi(webhookEndpoints.deliveries, { params: { webhookId }, query: { limit: 25, cursor: pageParam ?? undefined, state }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) => {
      const isSoon = state.data?.pages.some((page) => page.data.some((delivery) => isAboutToBeSent(delivery, Date.now())));
      return isSoon ? LOOK_AGAIN_MS : false;
    },
  });
}

/** Within the next seconds; what has been due for a while waits for a worker that is not there, and looking does not help. */
export function isAboutToBeSent({ state, nextAttemptAt, createdAt }: WebhookDelivery, now: number): boolean {
  return state === "pending" && Math.abs(Date.parse(nextAttemptAt ?? createdAt) - now) < SOON_MS;
}

/** One delivery with its message and every attempt. */
export function deliveryQuery(delivery: WebhookDelivery) {
  return queryOptions({
    queryKey: ["webhook-deliveries", delivery.webhookId, "one", delivery.id, delivery.attempts, delivery.state],
    queryFn: ({ signal }) => callApi(webhookEndpoints.delivery, { params: { deliveryId: delivery.id }, signal }),
  });
}
