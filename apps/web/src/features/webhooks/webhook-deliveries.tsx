"use client";

import type { Webhook, WebhookDelivery } from "@crew/contracts/webhooks";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCw, Send } from "lucide-react";
import { callApi } from "../../data/call-api.ts";
import { webhookEndpoints } from "../../data/endpoints.ts";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { formatMoment } from "../../ui/format-figures.ts";
import { Pager } from "../../ui/pager.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { deliveriesQuery } from "./webhook-queries.ts";
import { deliveryWords, outcomeWords } from "./webhook-words.ts";

export interface WebhookDeliveriesProps {
  webhook: Webhook | null;
  mayWrite: boolean;
  onClose: () => void;
}

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
  const list = useInfiniteQuery(deliveriesQuery(webhook.id));
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  const send = useMutation({
    mutationFn: (delivery: WebhookDelivery | null) =>
      delivery
        ? callApi(webhookEndpoints.redeliver, { params: { deliveryId: delivery.id }, body: {} })
        : callApi(webhookEndpoints.test, { params: { webhookId: webhook.id }, body: {} }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["webhook-deliveries", webhook.id] }),
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
      </div>
      {list.isPending ? <SkeletonRows rows={4} /> : null}
      {list.isError && rows.length === 0 ? (
        <ErrorState error={list.error} what="What was sent could not be read" onRetry={() => void list.refetch()} />
      ) : null}
      {list.isSuccess && rows.length === 0 ? (
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

const STATES: Record<WebhookDelivery["state"], { tone: BadgeTone; words: string }> = {
  pending: { tone: "accent", words: "◐ under way" },
  delivered: { tone: "good", words: "✓ delivered" },
  failed: { tone: "bad", words: "✕ given up" },
};

interface DeliveryProps {
  delivery: WebhookDelivery;
  busy: boolean;
  /** `null`: one may not, or the webhook is off. */
  onRedeliver: (() => void) | null;
}

function Delivery({ delivery, busy, onRedeliver }: DeliveryProps) {
  const { tone, words } = STATES[delivery.state];
  return (
    <li className="flex items-start gap-3 border-b border-line py-3 last:border-b-0">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{deliveryWords(delivery.type)}</span>
          <Badge tone={tone}>{words}</Badge>
          <time dateTime={delivery.createdAt} title={new Date(delivery.createdAt).toLocaleString()} className="text-xs text-faint">
            {formatMoment(delivery.createdAt)}
          </time>
        </p>
        <p className="mt-1 text-sm break-words text-muted">
          {outcomeWords(delivery)}
          {delivery.state === "pending" && delivery.nextAttemptAt ? <NextAttempt at={delivery.nextAttemptAt} /> : null}
        </p>
      </div>
      {onRedeliver && delivery.state !== "pending" ? (
        <Button size="sm" busy={busy} onClick={onRedeliver}>
          Send again
        </Button>
      ) : null}
    </li>
  );
}

function NextAttempt({ at }: { at: string }) {
  // Nearer than a minute there is no telling: a worker takes it up when it is its turn.
  if (Date.parse(at) - Date.now() < 60_000) return " Next attempt in a moment.";
  return (
    <>
      {" "}
      Next attempt <RelativeTime at={at} />.
    </>
  );
}
