"use client";

import { useSearchParams } from "next/navigation";
import { Suspense } from "react";
import { PageBody } from "../../shell/page-body.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import { useMay } from "../members/use-may.ts";
import { TriggerList } from "../triggers/trigger-list.tsx";
import { ScheduleList } from "./schedule-list.tsx";

/** What starts crews by itself: times, and events from outside. */
export function SchedulesPage() {
  return (
    <>
      <PageHeader title="Schedules and triggers" />
      <PageBody>
        <Suspense fallback={null}>
          <Starters />
        </Suspense>
      </PageBody>
    </>
  );
}

function Starters() {
  const { replace } = useNavigate();
  const query = useSearchParams();
  const mayReadTriggers = useMay("triggers:read");
  const schedules = { id: "schedules", label: "Schedules", content: <ScheduleList newFor={query.get("new")} /> };
  const triggers = { id: "triggers", label: "Triggers", content: <TriggerList /> };
  return (
    <Tabs
      label="What starts crews"
      tabs={mayReadTriggers ? [schedules, triggers] : [schedules]}
      value={query.get("tab") ?? "schedules"}
      onChange={(tab) => replace(tab === "schedules" ? "/schedules" : `/schedules?tab=${tab}`)}
    />
  );
}
