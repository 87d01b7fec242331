"use client";

import type { WebhookDelivery } from "@crew/contracts/webhooks";
import { useState } from "react";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { formatMoment } from "../../ui/format-figures.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { DeliveryDetail } from "./delivery-detail.tsx";
import { deliveryWords, outcomeWords } from "./webhook-words.ts";

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

/** One message; opened it shows what was sent and every attempt. */
export function Delivery({ delivery, busy, onRedeliver }: DeliveryProps) {
  const [isOpen, setOpen] = useState(false);
  const { tone, words } = STATES[delivery.state];
  return (
    <li className="border-b border-line py-3 last:border-b-0">
      <div className="flex items-start gap-3">
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
          <button
            type="button"
            aria-expanded={isOpen}
            className="mt-1 text-xs font-medium text-muted hover:underline max-sm:min-h-8"
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? "Hide the attempts" : "Message and attempts"}
          </button>
        </div>
        {onRedeliver && delivery.state !== "pending" ? (
          <Button size="sm" busy={busy} onClick={onRedeliver}>
            Send again
          </Button>
        ) : null}
      </div>
      {isOpen ? <DeliveryDetail delivery={delivery} /> : null}
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
