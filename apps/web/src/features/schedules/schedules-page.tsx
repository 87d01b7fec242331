"use client";

import { PageBody } from "../../shell/page-body.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";

export function SchedulesPage() {
  return (
    <>
      <PageHeader title="Schedules and triggers" />
      <PageBody>
        <EmptyState title="Nothing here yet">This page is on its way.</EmptyState>
      </PageBody>
    </>
  );
}
