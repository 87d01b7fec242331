"use client";

import type { LiveRunView } from "@crew/client/live-run-view";
import type { RunEvent } from "@crew/contracts/run-events";
import { Tabs } from "../../ui/tabs.tsx";
import { GivenInputs } from "./given-inputs.tsx";
import { RunEventsList } from "./run-events-list.tsx";
import { RunLedger } from "./run-ledger.tsx";
import { RunOutputs } from "./run-outputs.tsx";

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
        { id: "ledger", label: "Ledger", content: <RunLedger runId={runId} calls={view.totals.modelCalls} /> },
        { id: "events", label: "Events", count: events.length, content: <RunEventsList events={events} /> },
      ]}
    />
  );
}
