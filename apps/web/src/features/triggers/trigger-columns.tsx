"use client";

import type { Trigger } from "@crew/contracts/triggers";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import { Switch } from "../../ui/switch.tsx";
import type { Column } from "../../ui/table.tsx";
import { type TriggerAct, TriggerMenu } from "./trigger-menu.tsx";

interface Acting {
  mayWrite: boolean;
  busyId: string | null;
  onAct: (trigger: Trigger, act: TriggerAct) => void;
}

export function triggerColumns({ mayWrite, busyId, onAct }: Acting): Column<Trigger>[] {
  return [
    {
      id: "name",
      header: "Trigger",
      cell: (trigger) => (
        <div className="min-w-0">
          <RowButton onPress={() => onAct(trigger, "events")}>{trigger.name}</RowButton>
          <p className="truncate text-xs text-faint">starts {trigger.crewName}</p>
        </div>
      ),
    },
    { id: "last", header: "Last event", className: "w-48 max-sm:hidden", cell: (trigger) => <LastEvent trigger={trigger} /> },
    {
      id: "on",
      header: "On",
      className: "w-14",
      cell: (trigger) => (
        <span className="relative z-1">
          <Switch
            label={`${trigger.name} takes events`}
            on={trigger.isEnabled}
            busy={busyId === trigger.id}
            disabled={!mayWrite}
            onChange={() => onAct(trigger, "switch")}
          />
        </span>
      ),
    },
    {
      id: "actions",
      header: <span className="sr-only">Actions</span>,
      align: "right",
      className: "w-12 max-sm:w-14",
      cell: (trigger) => <TriggerMenu trigger={trigger} mayWrite={mayWrite} onAct={(act) => onAct(trigger, act)} />,
    },
  ];
}

function LastEvent({ trigger: { lastDelivery } }: { trigger: Trigger }) {
  if (!lastDelivery) return <span className="text-xs text-faint">None yet</span>;
  return (
    <span className="flex flex-col">
      <span className={lastDelivery.state === "refused" ? "text-bad" : "text-muted"}>
        {lastDelivery.state === "refused" ? "Started nothing" : "Started a run"}
      </span>
      <RelativeTime at={lastDelivery.at} className="text-xs text-faint" />
    </span>
  );
}
