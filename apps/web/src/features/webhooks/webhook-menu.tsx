"use client";

import type { Webhook } from "@crew/contracts/webhooks";
import { Ellipsis, KeyRound, ListChecks, Pencil, Power, Send, Trash2 } from "lucide-react";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";

export type WebhookAct = "deliveries" | "test" | "change" | "secret" | "switch" | "delete";

/** What can be done with a webhook; who only reads sees what was sent. */
export function WebhookMenu({ webhook, mayWrite, onAct }: { webhook: Webhook; mayWrite: boolean; onAct: (act: WebhookAct) => void }) {
  const sent = { label: "What was sent", icon: <ListChecks />, onSelect: () => onAct("deliveries") };
  const acts = [
    { label: "Send a test", icon: <Send />, disabled: !webhook.isEnabled, onSelect: () => onAct("test") },
    null,
    { label: "Change", icon: <Pencil />, onSelect: () => onAct("change") },
    { label: "New signing secret", icon: <KeyRound />, onSelect: () => onAct("secret") },
    { label: webhook.isEnabled ? "Switch off" : "Switch on", icon: <Power />, onSelect: () => onAct("switch") },
    null,
    { label: "Delete", icon: <Trash2 />, danger: true, onSelect: () => onAct("delete") },
  ];
  return (
    <DropdownMenu
      trigger={
        <button
          type="button"
          aria-label={`Actions for ${webhook.url}`}
          className="relative z-10 inline-grid size-7 place-items-center rounded-md text-muted hover:bg-pressed hover:text-text max-sm:size-10"
        >
          <Ellipsis aria-hidden="true" className="size-4" />
        </button>
      }
      actions={mayWrite ? [sent, ...acts] : [sent]}
    />
  );
}
