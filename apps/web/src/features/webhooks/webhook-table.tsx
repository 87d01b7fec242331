"use client";

import type { Webhook } from "@crew/contracts/webhooks";
import { Badge } from "../../ui/badge.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { Table } from "../../ui/table.tsx";
import { type WebhookAct, WebhookMenu } from "./webhook-menu.tsx";
import { isAboutSecurity } from "./webhook-topics.ts";
import { LEAST_SEVERITY_WORDS, topicWords } from "./webhook-words.ts";

export interface WebhookTableProps {
  webhooks: Webhook[];
  mayWrite: boolean;
  onAct: (webhook: Webhook, act: WebhookAct) => void;
}

/** A row opens what was sent to it. */
export function WebhookTable({ webhooks, mayWrite, onAct }: WebhookTableProps) {
  return (
    <Table
      caption="Webhooks"
      rows={webhooks}
      rowKey={(webhook) => webhook.id}
      columns={[
        { id: "address", header: "Address", cell: (webhook) => <Address webhook={webhook} onOpen={() => onAct(webhook, "deliveries")} /> },
        {
          id: "severity",
          header: "Security events",
          className: "w-52 text-xs text-muted max-xl:hidden",
          cell: (webhook) => (isAboutSecurity(webhook.events) ? LEAST_SEVERITY_WORDS[webhook.minSeverity] : "–"),
        },
        {
          id: "state",
          header: "State",
          className: "w-20",
          cell: ({ isEnabled, failingSince }) => (
            <Badge tone={!isEnabled ? "plain" : failingSince ? "warn" : "good"}>{isEnabled ? "on" : "off"}</Badge>
          ),
        },
        {
          id: "actions",
          header: <span className="sr-only">Actions</span>,
          className: "w-14 max-sm:w-16",
          align: "right",
          cell: (webhook) => <WebhookMenu webhook={webhook} mayWrite={mayWrite} onAct={(act) => onAct(webhook, act)} />,
        },
      ]}
    />
  );
}

function Address({ webhook, onOpen }: { webhook: Webhook; onOpen: () => void }) {
  return (
    <div className="min-w-0">
      <button
        type="button"
        data-row
        className="max-w-full truncate text-left font-medium after:absolute after:inset-0 hover:underline"
        onClick={onOpen}
      >
        {webhook.url}
      </button>
      <p className="truncate text-xs text-faint">{topicWords(webhook.events)}</p>
      {webhook.isEnabled && webhook.failingSince ? (
        <p className="text-xs whitespace-normal text-warn">
          It has taken nothing since <RelativeTime at={webhook.failingSince} />; after five days it is switched off.
        </p>
      ) : null}
      {webhook.disabledBecause ? (
        <p className="text-xs whitespace-normal text-warn">Switched off by itself: {webhook.disabledBecause}</p>
      ) : null}
    </div>
  );
}
