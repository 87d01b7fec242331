"use client";

import type { Trigger, TriggerDelivery } from "@crew/contracts/triggers";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { triggerEndpoints } from "../../data/endpoints.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Code } from "../../ui/code.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { Moment } from "../../ui/moment.tsx";
import { Pager } from "../../ui/pager.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { triggerDeliveriesQuery } from "./trigger-queries.ts";
import { TriggerTest } from "./trigger-test.tsx";

export interface TriggerEventsProps {
  trigger: Trigger | null;
  mayWrite: boolean;
  onClose: () => void;
}

/** What came to a trigger and what became of it. */
export function TriggerEvents({ trigger, mayWrite, onClose }: TriggerEventsProps) {
  return (
    <Drawer open={trigger !== null} onClose={onClose} title={trigger?.name ?? ""}>
      {trigger ? <Events key={trigger.id} trigger={trigger} mayWrite={mayWrite} /> : null}
    </Drawer>
  );
}

function Events({ trigger, mayWrite }: { trigger: Trigger; mayWrite: boolean }) {
  const queries = useQueryClient();
  const list = useInfiniteQuery(triggerDeliveriesQuery(trigger.id));
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  const replay = useMutation({
    mutationFn: ({ id }: TriggerDelivery) => callApi(triggerEndpoints.replay, { params: { triggerDeliveryId: id }, body: {} }),
    onSuccess: (delivery) => {
      if (delivery.state === "refused") showToast("It still starts nothing", { tone: "bad", detail: delivery.why ?? "" });
      else showToast("The event has started its run");
      return queries.invalidateQueries({ queryKey: ["triggers"] });
    },
    onError: (error) => showToast("Nothing was started", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">
        Starts <TextLink href={`/crews/${trigger.crewId}`}>{trigger.crewName}</TextLink>, for {trigger.actsFor.name}. Senders post to:
      </p>
      <Code label="Address" text={trigger.url} wrap />
      {mayWrite ? <TriggerTest trigger={trigger} /> : null}
      <section className="flex flex-col gap-1">
        <h3 className="text-sm font-medium">Events so far</h3>
        {list.isPending ? <SkeletonRows rows={4} /> : null}
        {list.isError && rows.length === 0 ? (
          <ErrorState error={list.error} what="The events could not be read" onRetry={() => void list.refetch()} />
        ) : null}
        {list.isSuccess && rows.length === 0 ? (
          <EmptyState title="No event has come yet">
            Events whose signature is good stand here for a month, also those that could start nothing, which can be replayed.
          </EmptyState>
        ) : null}
        <ul>
          {rows.map((delivery) => (
            <Event
              key={delivery.id}
              delivery={delivery}
              busy={replay.isPending && replay.variables.id === delivery.id}
              onReplay={mayWrite ? () => replay.mutate(delivery) : null}
            />
          ))}
        </ul>
        {rows.length > 0 ? (
          <Pager
            shown={rows.length}
            noun={rows.length === 1 ? "event" : "events"}
            hasMore={list.hasNextPage}
            busy={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        ) : null}
      </section>
    </div>
  );
}

interface EventProps {
  delivery: TriggerDelivery;
  busy: boolean;
  onReplay: (() => void) | null;
}

function Event({ delivery, busy, onReplay }: EventProps) {
  const { state, runId, runState, why, received, excerpt, bytes } = delivery;
  return (
    <li className="flex flex-col gap-1.5 border-b border-line py-3 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="text-sm tabular-nums">
          <Moment at={delivery.createdAt} />
        </span>
        <Badge tone={state === "started" ? "good" : "bad"}>{state === "started" ? "started a run" : "started nothing"}</Badge>
        {runId ? (
          <TextLink href={`/runs/${runId}`} className="rounded-sm text-sm hover:underline">
            {runState ? <StatusMark state={runState} /> : "The run"}
          </TextLink>
        ) : null}
        {received > 1 ? <span className="text-xs text-faint">came {received} times</span> : null}
        {state === "refused" && onReplay ? (
          <Button size="sm" className="ml-auto" busy={busy} onClick={onReplay}>
            Replay
          </Button>
        ) : null}
      </div>
      {why ? <p className="text-sm break-words text-muted">{why}</p> : null}
      <details>
        <summary className="cursor-pointer text-xs text-faint">
          What it brought, <span className="font-mono break-all">{delivery.messageId}</span>
        </summary>
        <Code label="Beginning of the event" text={bytes > excerpt.length ? `${excerpt}…` : excerpt} wrap className="mt-1" />
      </details>
    </li>
  );
}
