"use client";

import type { WebhookAttempt, WebhookDelivery } from "@crew/contracts/webhooks";
import { useQuery } from "@tanstack/react-query";
import { Code } from "../../ui/code.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatDuration, formatMoment } from "../../ui/format-figures.ts";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { deliveryQuery } from "./webhook-queries.ts";

/** What was sent, and what came of each attempt. */
export function DeliveryDetail({ delivery }: { delivery: WebhookDelivery }) {
  const detail = useQuery(deliveryQuery(delivery));
  if (detail.isPending) return <SkeletonRows rows={2} />;
  if (detail.isError)
    return <ErrorState error={detail.error} what="The attempts could not be read" onRetry={() => void detail.refetch()} className="mt-2" />;
  const { id, type, createdAt, payload, log } = detail.data;
  return (
    <div className="mt-2 flex flex-col gap-2">
      {log.length === 0 ? <p className="text-xs text-faint">No attempt was made yet.</p> : null}
      <ol className="flex flex-col gap-2">
        {log.map((attempt) => (
          <Attempt key={attempt.number} attempt={attempt} />
        ))}
      </ol>
      <p className="font-mono text-xs break-all text-faint">webhook-id: {id}</p>
      {payload ? (
        <Code label="Message" text={JSON.stringify({ type, timestamp: createdAt, data: payload }, null, 2)} />
      ) : (
        <p className="text-xs text-faint">What a security event says is for those who may see security events.</p>
      )}
    </div>
  );
}

function Attempt({ attempt: { number, startedAt, durationMs, responseStatus, responseExcerpt, error } }: { attempt: WebhookAttempt }) {
  return (
    <li className="text-xs">
      <p className={error ? "text-bad" : "text-good"}>
        {number}. {formatMoment(startedAt)}: {responseStatus === null ? (error ?? "no answer") : `answer ${responseStatus}`} after{" "}
        {formatDuration(durationMs)}
      </p>
      {responseExcerpt ? <p className="mt-0.5 line-clamp-3 font-mono break-all text-muted">{responseExcerpt}</p> : null}
    </li>
  );
}
