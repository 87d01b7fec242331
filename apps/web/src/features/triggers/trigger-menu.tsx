"use client";

import type { Trigger } from "@crew/contracts/triggers";
import { KeyRound, ListChecks, Pencil, Trash2 } from "lucide-react";
import { RowMenu } from "../../ui/row-menu.tsx";

export type TriggerAct = "events" | "change" | "secret" | "switch" | "delete";

/** What can be done with a trigger; who only reads sees what came. */
export function TriggerMenu({ trigger, mayWrite, onAct }: { trigger: Trigger; mayWrite: boolean; onAct: (act: TriggerAct) => void }) {
  const events = { label: "Events and test", icon: <ListChecks />, onSelect: () => onAct("events") };
  const acts = [
    { label: "Change", icon: <Pencil />, onSelect: () => onAct("change") },
    { label: "New signing secret", icon: <KeyRound />, onSelect: () => onAct("secret") },
    null,
    { label: "Delete", icon: <Trash2 />, danger: true, onSelect: () => onAct("delete") },
  ];
  return <RowMenu name={trigger.name} actions={mayWrite ? [events, ...acts] : [events]} />;
}
