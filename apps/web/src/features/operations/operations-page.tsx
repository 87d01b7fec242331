"use client";

import { useSearchParams } from "next/navigation";
import { Suspense } from "react";
import { PageBody } from "../../shell/page-body.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { type Tab, Tabs } from "../../ui/tabs.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import { DeadLettersTab } from "./dead-letters-tab.tsx";
import { HaltCard } from "./halt-card.tsx";
import { WorkersTab } from "./workers-tab.tsx";

const TABS: Tab[] = [
  { id: "workers", label: "Workers and queue", content: <WorkersTab /> },
  { id: "dead-letters", label: "Dead letters", content: <DeadLettersTab /> },
];

export function OperationsPage() {
  return (
    <>
      <PageHeader title="Operations" />
      <PageBody>
        <HaltCard />
        <Suspense fallback={<SkeletonRows rows={6} />}>
          <ChosenTab />
        </Suspense>
      </PageBody>
    </>
  );
}

/** The tab lives in the address, so that a run can link to its dead letter. */
function ChosenTab() {
  const search = useSearchParams();
  const { replace } = useNavigate();
  const chosen = TABS.find(({ id }) => id === search.get("tab"))?.id ?? "workers";
  return <Tabs label="Operations" tabs={TABS} value={chosen} onChange={(id) => replace(`/operations?tab=${id}`)} />;
}
