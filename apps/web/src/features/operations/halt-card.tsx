"use client";

import type { Halt } from "@crew/contracts/halts";
import { useQuery } from "@tanstack/react-query";
import { OctagonX } from "lucide-react";
import { useState } from "react";
import { crewQuery } from "../../data/crew-queries.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { useMay } from "../members/use-may.ts";
import { WhomToAsk } from "../members/whom-to-ask.tsx";
import { HaltDialog } from "./halt-dialog.tsx";
import { haltsQuery } from "./halt-queries.ts";
import { useLiftHalt } from "./use-lift-halt.ts";

/** The kill switch: of the workspace here, of a crew in the crew's menu; and what is halted at the moment. */
export function HaltCard() {
  const halts = useQuery(haltsQuery);
  const mayHalt = useMay("runs:halt");
  const [isHalting, setHalting] = useState(false);
  const isHalted = halts.data?.some(({ scope }) => scope === "workspace") ?? false;
  return (
    <Card
      title="Kill switch"
      note={
        <>
          Stops what runs and lets nothing begin. A single crew is halted from its menu in the list of crews.
          {mayHalt ? null : (
            <>
              {" "}
              Your role does not halt. <WhomToAsk />
            </>
          )}
        </>
      }
      actions={
        mayHalt && halts.data && !isHalted ? (
          <Button size="sm" variant="danger" icon={<OctagonX className="size-3.5" />} onClick={() => setHalting(true)}>
            Halt the workspace
          </Button>
        ) : null
      }
    >
      {halts.isPending ? <SkeletonRows rows={1} /> : null}
      {halts.isError ? (
        <ErrorState error={halts.error} what="What is halted could not be read" onRetry={() => void halts.refetch()} />
      ) : null}
      {halts.data?.length === 0 ? <p className="text-sm text-muted">Nothing is halted.</p> : null}
      {halts.data && halts.data.length > 0 ? (
        <ul className="flex flex-col divide-y divide-line">
          {halts.data.map((halt) => (
            <HaltRow key={halt.id} halt={halt} mayHalt={mayHalt} />
          ))}
        </ul>
      ) : null}
      <HaltDialog open={isHalting} crew={null} onClose={() => setHalting(false)} />
    </Card>
  );
}

function HaltRow({ halt, mayHalt }: { halt: Halt; mayHalt: boolean }) {
  const lift = useLiftHalt();
  const crew = useQuery({ ...crewQuery(halt.crewId ?? ""), enabled: halt.crewId !== null }).data;
  const name = { installation: "The installation", workspace: "The workspace", crew: crew?.name ?? "A crew" }[halt.scope];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2 text-sm">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{name}</span>
          <Badge tone="bad">halted</Badge>
        </p>
        <p className="break-words">{halt.reason}</p>
        <p className="text-xs text-faint">
          By {halt.by}, <RelativeTime at={halt.createdAt} />
        </p>
      </div>
      {halt.scope === "installation" ? (
        <span className="text-xs text-faint">Lifted by whoever operates it.</span>
      ) : mayHalt ? (
        <Button size="sm" busy={lift.isPending} onClick={() => lift.mutate(halt.id)}>
          Lift the halt
        </Button>
      ) : null}
    </li>
  );
}
