"use client";

import type { Trigger } from "@crew/contracts/triggers";
import { Ellipsis, KeyRound, ListChecks, Pencil, Trash2 } from "lucide-react";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";

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
  return (
    <DropdownMenu
      trigger={
        <button
          type="button"
          aria-label={`Actions for ${trigger.name}`}
          className="relative z-1 inline-grid size-7 place-items-center rounded-md text-muted hover:bg-pressed hover:text-text max-sm:size-10"
        >
          <Ellipsis aria-hidden="true" className="size-4" />
        </button>
      }
      actions={mayWrite ? [events, ...acts] : [events]}
    />
  );
}
