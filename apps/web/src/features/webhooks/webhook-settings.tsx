"use client";

import type { NewWebhook, Webhook } from "@crew/contracts/webhooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { webhookEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useMay } from "../members/use-may.ts";
import { WhomToAsk } from "../members/whom-to-ask.tsx";
import { CheckSnippet } from "./check-snippet.tsx";
import { ConfirmWebhookDialog, type DoomedWebhook } from "./confirm-webhook-dialog.tsx";
import { ShownOnceWebhook } from "./shown-once-webhook.tsx";
import { WebhookDeliveries } from "./webhook-deliveries.tsx";
import type { WebhookAct } from "./webhook-menu.tsx";
import { webhooksQuery } from "./webhook-queries.ts";
import { WebhookTable } from "./webhook-table.tsx";

const WebhookDialog = lazy(() => import("./webhook-dialog.tsx"));

/** Addresses that are told what happens. */
export function WebhookSettings() {
  const webhooks = useQuery(webhooksQuery);
  const mayWrite = useMay("webhooks:write");
  const [edited, setEdited] = useState<Webhook | "new" | null>(null);
  const [fresh, setFresh] = useState<{ webhook: NewWebhook; isRotated: boolean } | null>(null);
  const [doomed, setDoomed] = useState<DoomedWebhook | null>(null);
  const [shownId, setShownId] = useState<string | null>(null);
  const act = useWebhookActs({
    onRotated: (webhook) => setFresh({ webhook, isRotated: true }),
    onTested: setShownId,
    onSettled: () => setDoomed(null),
  });
  const choose = (webhook: Webhook, what: WebhookAct) => {
    if (what === "deliveries") setShownId(webhook.id);
    else if (what === "change") setEdited(webhook);
    else if (what === "secret" || what === "delete") setDoomed({ webhook, what });
    else act.mutate({ webhook, what });
  };
  return (
    <>
      {fresh ? <ShownOnceWebhook {...fresh} onDone={() => setFresh(null)} /> : null}
      <Card
        flush
        title="Webhooks"
        note={
          mayWrite ? (
            "Addresses that are told of runs, questions, budgets and more as they happen, each message signed."
          ) : (
            <>
              You see who is told; changing it is for those who may make webhooks. <WhomToAsk />
            </>
          )
        }
        actions={
          mayWrite ? (
            <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => setEdited("new")}>
              New webhook
            </Button>
          ) : null
        }
      >
        {webhooks.isPending ? <SkeletonRows rows={3} /> : null}
        {webhooks.isError ? (
          <ErrorState
            error={webhooks.error}
            what="The webhooks could not be read"
            onRetry={() => void webhooks.refetch()}
            className="border-0"
          />
        ) : null}
        {webhooks.data?.length === 0 ? (
          <EmptyState title="Nobody is told">
            Give the address of a program of yours, or of your chat or paging service, and it hears of what runs do within a second.
          </EmptyState>
        ) : null}
        {webhooks.data && webhooks.data.length > 0 ? <WebhookTable webhooks={webhooks.data} mayWrite={mayWrite} onAct={choose} /> : null}
      </Card>
      <CheckSnippet />
      <Suspense fallback={null}>
        {edited ? (
          <WebhookDialog
            webhook={edited === "new" ? null : edited}
            onClose={() => setEdited(null)}
            onCreated={(webhook) => setFresh({ webhook, isRotated: false })}
          />
        ) : null}
      </Suspense>
      <ConfirmWebhookDialog doomed={doomed} busy={act.isPending} onClose={() => setDoomed(null)} onConfirm={act.mutate} />
      <WebhookDeliveries
        webhook={webhooks.data?.find(({ id }) => id === shownId) ?? null}
        mayWrite={mayWrite}
        onClose={() => {
          setShownId(null);
          // An answer may have switched it off by itself.
          void webhooks.refetch();
        }}
      />
    </>
  );
}

interface Told {
  onRotated: (webhook: NewWebhook) => void;
  onTested: (webhookId: string) => void;
  onSettled: () => void;
}

/** What a webhook's menu does at once or after a question. */
function useWebhookActs({ onRotated, onTested, onSettled }: Told) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ webhook, what }: { webhook: Webhook; what: "test" | "switch" | "secret" | "delete" }) => {
      const params = { webhookId: webhook.id };
      if (what === "secret") onRotated(await callApi(webhookEndpoints.rotateSecret, { params, body: {} }));
      else if (what === "delete") await callApi(webhookEndpoints.delete, { params });
      else if (what === "test") await callApi(webhookEndpoints.test, { params, body: {} });
      else await callApi(webhookEndpoints.update, { params, body: { isEnabled: !webhook.isEnabled } });
    },
    onSuccess: (_, { webhook, what }) => {
      if (what === "delete") showToast("The webhook is gone");
      if (what === "switch") showToast(webhook.isEnabled ? "The address is told nothing for now" : "The address is told again");
      if (what === "test") {
        void queries.invalidateQueries({ queryKey: ["webhook-deliveries", webhook.id] });
        onTested(webhook.id);
      }
      onSettled();
      return queries.invalidateQueries({ queryKey: ["webhooks"] });
    },
    onError: (error) => showToast("Nothing was changed", { tone: "bad", detail: explainError(error).reason }),
  });
}
