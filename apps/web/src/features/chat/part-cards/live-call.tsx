"use client";

import type { LiveTool } from "@crew/client/live-run-view";
import { partsOfTool } from "@crew/client/parts-of-tool";
import { lazy, memo, Suspense, useMemo } from "react";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { ToolReceipt } from "../../runs/tool-receipt.tsx";
import { PartCards } from "./part-cards.tsx";

const LiveProposal = lazy(() => import("./live-proposal.tsx"));

export interface LiveCallProps {
  tool: LiveTool;
  messageId: string;
  /** How many crews the answer has proposed before. */
  proposedBefore: number;
}

/** Whether a crew has come of the call. */
export function isProposal({ tool, state }: LiveTool): boolean {
  return tool === "propose_crew" && state === "done";
}

/** A call of an answer under way, with what has come of it so far; its events say more of it than its card in the end. */
export const LiveCall = memo(function LiveCall(props: LiveCallProps) {
  return (
    <>
      <ToolReceipt tool={props.tool} />
      {isProposal(props.tool) ? (
        <Suspense fallback={<Skeleton className="h-40 rounded-lg" />}>
          <LiveProposal {...props} />
        </Suspense>
      ) : (
        <MadeRuns {...props} />
      )}
    </>
  );
});

function MadeRuns({ tool, messageId }: LiveCallProps) {
  const parts = useMemo(() => partsOfTool(tool, () => undefined).filter(({ type }) => type === "run"), [tool]);
  return <PartCards parts={parts} messageId={messageId} />;
}
