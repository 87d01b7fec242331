"use client";

import type { Schedule } from "@crew/contracts/schedules";
import { ListChecks, Pencil, Play, Trash2 } from "lucide-react";
import { RowMenu } from "../../ui/row-menu.tsx";

export type ScheduleAct = "ticks" | "run" | "change" | "pause" | "delete";

export function ScheduleMenu({ schedule, mayWrite, onAct }: { schedule: Schedule; mayWrite: boolean; onAct: (act: ScheduleAct) => void }) {
  const ticks = { label: "What became of its times", icon: <ListChecks />, onSelect: () => onAct("ticks") };
  const acts = [
    { label: "Run now", icon: <Play />, onSelect: () => onAct("run") },
    { label: "Change", icon: <Pencil />, onSelect: () => onAct("change") },
    null,
    { label: "Delete", icon: <Trash2 />, danger: true, onSelect: () => onAct("delete") },
  ];
  return <RowMenu name={schedule.name} actions={mayWrite ? [ticks, ...acts] : [ticks]} />;
}
