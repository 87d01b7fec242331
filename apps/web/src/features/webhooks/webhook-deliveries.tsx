"use client";

import type { Webhook, WebhookDelivery } from "@crew/contracts/webhooks";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCw, Send } from "lucide-react";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { webhookEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { Pager } from "../../ui/pager.tsx";
import { Select } from "../../ui/select.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { Delivery } from "./webhook-delivery.tsx";
import { deliveriesQuery } from "./webhook-queries.ts";

export interface WebhookDeliveriesProps {
  webhook: Webhook | null;
  mayWrite: boolean;
  onClose: () => void;
}

/** As long as the record of what was sent is kept. */
const MONTH_MS = 30 * 24 * 3_600_000;

/** What an address was sent and how it took it. */
export function WebhookDeliveries({ webhook, mayWrite, onClose }: WebhookDeliveriesProps) {
  return (
    <Drawer open={webhook !== null} onClose={onClose} title="What was sent">
      {webhook ? <Deliveries key={webhook.id} webhook={webhook} mayWrite={mayWrite} /> : null}
    </Drawer>
  );
}

function Deliveries({ webhook, mayWrite }: { webhook: Webhook; mayWrite: boolean }) {
  const queries = useQueryClient();
  const [state, setState] = useState<WebhookDelivery["state"] | "">("");
  const list = useInfiniteQuery(deliveriesQuery(webhook.id, state || undefined));
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  const send = useMutation({
    mutationFn: (delivery: WebhookDelivery | null) =>
      delivery
        ? callApi(webhookEndpoints.redeliver, { params: { deliveryId: delivery.id }, body: {} })
        : callApi(webhookEndpoints.test, { params: { webhookId: webhook.id }, body: {} }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["webhook-deliveries", webhook.id] }),
    onError: (error) => showToast("Nothing was sent", { tone: "bad", detail: explainError(error).reason }),
  });
  const sendAll = useMutation({
    mutationFn: () =>
      callApi(webhookEndpoints.redeliverFailed, {
        params: { webhookId: webhook.id },
        body: { since: new Date(Date.now() - MONTH_MS).toISOString() },
      }),
    onSuccess: ({ count }) => {
      showToast(count === 1 ? "One message is sent again" : `${count} messages are sent again`);
      return queries.invalidateQueries({ queryKey: ["webhook-deliveries", webhook.id] });
    },
    onError: (error) => showToast("Nothing was sent", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <div className="flex flex-col gap-3">
      <p className="font-mono text-xs break-all text-muted">{webhook.url}</p>
      <div className="flex flex-wrap gap-2">
        {mayWrite ? (
          <Button
            size="sm"
            icon={<Send className="size-3.5" />}
            disabled={!webhook.isEnabled}
            busy={send.isPending && send.variables === null}
            onClick={() => send.mutate(null)}
          >
            Send a test
          </Button>
        ) : null}
        <Button size="sm" icon={<RotateCw className="size-3.5" />} onClick={() => void list.refetch()}>
          Look again
        </Button>
        {mayWrite && webhook.isEnabled && rows.some((delivery) => delivery.state === "failed") ? (
          <Button size="sm" busy={sendAll.isPending} onClick={() => sendAll.mutate()}>
            Send all given up again
          </Button>
        ) : null}
        <Select
          aria-label="Which messages"
          className="ml-auto w-36"
          value={state}
          onChange={(event) => setState(event.target.value as WebhookDelivery["state"] | "")}
        >
          <option value="">All</option>
          <option value="pending">Under way</option>
          <option value="delivered">Delivered</option>
          <option value="failed">Given up</option>
        </Select>
      </div>
      {list.isPending ? <SkeletonRows rows={4} /> : null}
      {list.isError && rows.length === 0 ? (
        <ErrorState error={list.error} what="What was sent could not be read" onRetry={() => void list.refetch()} />
      ) : null}
      {list.isSuccess && rows.length === 0 && state ? <EmptyState title="None like that">Choose All to see the others.</EmptyState> : null}
      {list.isSuccess && rows.length === 0 && !state ? (
        <EmptyState title="Nothing was sent yet">A test shows whether the address takes what it is sent.</EmptyState>
      ) : null}
      <ul className="flex flex-col">
        {rows.map((delivery) => (
          <Delivery
            key={delivery.id}
            delivery={delivery}
            busy={send.isPending && send.variables?.id === delivery.id}
            onRedeliver={mayWrite && webhook.isEnabled ? () => send.mutate(delivery) : null}
          />
        ))}
      </ul>
      {rows.length > 0 ? (
        <Pager
          shown={rows.length}
          noun={rows.length === 1 ? "message" : "messages"}
          hasMore={list.hasNextPage}
          busy={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      ) : null}
    </div>
  );
}
