"use client";

import type { Webhook } from "@crew/contracts/webhooks";
import { KeyRound, ListChecks, Pencil, Power, Send, Trash2 } from "lucide-react";
import { RowMenu } from "../../ui/row-menu.tsx";

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
  return <RowMenu name={webhook.url} actions={mayWrite ? [sent, ...acts] : [sent]} />;
}
