"use client";

import type { Schedule } from "@crew/contracts/schedules";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { Switch } from "../../ui/switch.tsx";
import type { Column } from "../../ui/table.tsx";
import { useSlowNow } from "../../ui/use-slow-now.ts";
import { type ScheduleAct, ScheduleMenu } from "./schedule-menu.tsx";
import { nextWords, OUTCOME_WORDS } from "./schedule-words.ts";

interface Acting {
  mayWrite: boolean;
  busyId: string | null;
  onAct: (schedule: Schedule, act: ScheduleAct) => void;
}

export function scheduleColumns({ mayWrite, busyId, onAct }: Acting): Column<Schedule>[] {
  return [
    {
      id: "name",
      header: "Schedule",
      cell: (schedule) => (
        <div className="min-w-0 whitespace-normal">
          <RowButton onPress={() => onAct(schedule, "ticks")}>{schedule.name}</RowButton>
          <p className="text-xs text-faint">
            {schedule.crewName} · {schedule.words}
          </p>
          <p className="text-xs text-muted md:hidden">
            <Next schedule={schedule} />
          </p>
          {schedule.lastTick ? (
            <div className="text-xs lg:hidden">
              <Last schedule={schedule} />
            </div>
          ) : null}
          {schedule.pausedBecause ? <p className="text-xs text-warn">Paused itself: {schedule.pausedBecause}</p> : null}
        </div>
      ),
    },
    { id: "next", header: "Next", className: "w-64 max-md:hidden", cell: (schedule) => <Next schedule={schedule} /> },
    { id: "last", header: "Last", className: "w-44 max-lg:hidden", cell: (schedule) => <Last schedule={schedule} /> },
    {
      id: "on",
      header: "On",
      className: "w-14",
      cell: (schedule) => (
        <span className="relative z-1">
          <Switch
            label={`${schedule.name} runs by the clock`}
            on={!schedule.isPaused}
            busy={busyId === schedule.id}
            disabled={!mayWrite}
            onChange={() => onAct(schedule, "pause")}
          />
        </span>
      ),
    },
    {
      id: "actions",
      header: <span className="sr-only">Actions</span>,
      align: "right",
      className: "w-12 max-sm:w-14",
      cell: (schedule) => <ScheduleMenu schedule={schedule} mayWrite={mayWrite} onAct={(act) => onAct(schedule, act)} />,
    },
  ];
}

function Next({ schedule }: { schedule: Schedule }) {
  const now = useSlowNow();
  if (schedule.nextAt === null) return <span className="text-muted">Paused</span>;
  return (
    <time className="text-sm text-muted max-md:text-xs" dateTime={schedule.nextAt} title={new Date(schedule.nextAt).toLocaleString()}>
      {nextWords(schedule.nextAt, schedule.timezone, now)}
    </time>
  );
}

function Last({ schedule: { lastTick } }: { schedule: Schedule }) {
  if (!lastTick) return <span className="text-xs text-faint">Not yet</span>;
  const when = <RelativeTime at={lastTick.at} className="text-xs text-faint" />;
  if (!lastTick.runId || !lastTick.runState)
    return (
      <span title={lastTick.why ?? undefined} className="flex flex-col">
        <span className={lastTick.outcome === "failed" ? "text-bad" : "text-muted"}>{OUTCOME_WORDS[lastTick.outcome]}</span>
        {when}
      </span>
    );
  return (
    <RouteLink href={`/runs/${lastTick.runId}`} className="relative z-1 flex w-fit flex-col rounded-sm hover:underline">
      <StatusMark state={lastTick.runState} />
      {when}
    </RouteLink>
  );
}
