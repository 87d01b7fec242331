"use client";

import type { LiveRunView } from "@crew/client/live-run-view";
import type { RunEvent } from "@crew/contracts/run-events";
import { lazy, type ReactNode, Suspense } from "react";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { GivenInputs } from "./given-inputs.tsx";
import { RunOutputs } from "./run-outputs.tsx";

// Loaded when opened: who watches a run reads its stream.
const RunEventsList = lazy(async () => ({ default: (await import("./run-events-list.tsx")).RunEventsList }));
const RunLedger = lazy(async () => ({ default: (await import("./run-ledger.tsx")).RunLedger }));

export interface RunSideProps {
  runId: string;
  title: string;
  view: LiveRunView;
  events: readonly RunEvent[];
}

export function RunSide({ runId, title, view, events }: RunSideProps) {
  const outputs = view.tasks.filter((task) => task.output !== null).length;
  return (
    <Tabs
      label="Details of the run"
      tabs={[
        { id: "outputs", label: "Outputs", count: outputs, content: <RunOutputs view={view} title={title} /> },
        { id: "inputs", label: "Inputs", content: <GivenInputs runId={runId} /> },
        { id: "ledger", label: "Ledger", content: later(<RunLedger runId={runId} view={view} />) },
        { id: "events", label: "Events", count: events.length, content: later(<RunEventsList events={events} />) },
      ]}
    />
  );
}

function later(content: ReactNode): ReactNode {
  return <Suspense fallback={<SkeletonRows rows={4} />}>{content}</Suspense>;
}
