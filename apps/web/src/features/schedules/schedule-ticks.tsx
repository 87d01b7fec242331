"use client";

import type { Schedule, ScheduleTick } from "@crew/contracts/schedules";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Moment } from "../../ui/moment.tsx";
import { Pager } from "../../ui/pager.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { ticksQuery } from "./schedule-queries.ts";
import { ScheduleTimes } from "./schedule-times.tsx";
import { OUTCOME_WORDS } from "./schedule-words.ts";

/** When a schedule runs next, and what became of its times so far. */
export function ScheduleTicks({ schedule, onClose }: { schedule: Schedule | null; onClose: () => void }) {
  return (
    <Drawer open={schedule !== null} onClose={onClose} title={schedule?.name ?? ""}>
      {schedule ? <Ticks key={schedule.id} schedule={schedule} /> : null}
    </Drawer>
  );
}

function Ticks({ schedule }: { schedule: Schedule }) {
  const list = useInfiniteQuery(ticksQuery(schedule.id));
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">
        <TextLink href={`/crews/${schedule.crewId}`}>{schedule.crewName}</TextLink>, for {schedule.actsFor.name}.{" "}
        <span className="font-mono text-xs">{schedule.cron}</span> in {schedule.timezone}
      </p>
      {schedule.isPaused ? (
        <p className="rounded-md border border-line bg-warn-soft px-3 py-2 text-sm">
          {schedule.pausedBecause
            ? `It paused itself: ${schedule.pausedBecause}`
            : "It is paused, and starts nothing until it is switched on."}
        </p>
      ) : (
        <ScheduleTimes cron={schedule.cron} timezone={schedule.timezone} />
      )}
      <section className="flex flex-col gap-1">
        <h3 className="text-sm font-medium">Its times so far</h3>
        {list.isPending ? <SkeletonRows rows={4} /> : null}
        {list.isError && rows.length === 0 ? (
          <ErrorState error={list.error} what="Its times could not be read" onRetry={() => void list.refetch()} />
        ) : null}
        {list.isSuccess && rows.length === 0 ? (
          <EmptyState title="None has come yet">Each time stands here with what became of it, also when nothing was started.</EmptyState>
        ) : null}
        <ul>
          {rows.map((tick) => (
            <Tick key={tick.at} tick={tick} />
          ))}
        </ul>
        {rows.length > 0 ? (
          <Pager
            shown={rows.length}
            noun={rows.length === 1 ? "time" : "times"}
            hasMore={list.hasNextPage}
            busy={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        ) : null}
      </section>
    </div>
  );
}

const TONES: Record<ScheduleTick["outcome"], BadgeTone> = { started: "good", skipped: "plain", missed: "warn", failed: "bad" };

function Tick({ tick }: { tick: ScheduleTick }) {
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-b border-line py-2 last:border-b-0">
      <span className="w-28 shrink-0 text-sm tabular-nums">
        <Moment at={tick.at} />
      </span>
      <Badge tone={TONES[tick.outcome]}>{OUTCOME_WORDS[tick.outcome]}</Badge>
      {tick.runId ? (
        <TextLink href={`/runs/${tick.runId}`} className="rounded-sm text-sm hover:underline">
          {tick.runState ? <StatusMark state={tick.runState} /> : "The run"}
        </TextLink>
      ) : null}
      {tick.why ? <p className="w-full text-xs break-words text-muted">{tick.why}</p> : null}
    </li>
  );
}
