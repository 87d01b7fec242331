"use client";

import type { Schedule } from "@crew/contracts/schedules";
import { Ellipsis, ListChecks, Pencil, Play, Trash2 } from "lucide-react";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";

export type ScheduleAct = "ticks" | "run" | "change" | "pause" | "delete";

export function ScheduleMenu({ schedule, mayWrite, onAct }: { schedule: Schedule; mayWrite: boolean; onAct: (act: ScheduleAct) => void }) {
  const ticks = { label: "What became of its times", icon: <ListChecks />, onSelect: () => onAct("ticks") };
  const acts = [
    { label: "Run now", icon: <Play />, onSelect: () => onAct("run") },
    { label: "Change", icon: <Pencil />, onSelect: () => onAct("change") },
    null,
    { label: "Delete", icon: <Trash2 />, danger: true, onSelect: () => onAct("delete") },
  ];
  return (
    <DropdownMenu
      trigger={
        <button
          type="button"
          aria-label={`Actions for ${schedule.name}`}
          className="relative z-1 inline-grid size-7 place-items-center rounded-md text-muted hover:bg-pressed hover:text-text max-sm:size-10"
        >
          <Ellipsis aria-hidden="true" className="size-4" />
        </button>
      }
      actions={mayWrite ? [ticks, ...acts] : [ticks]}
    />
  );
}
