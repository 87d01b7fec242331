"use client";

import type { MessagePart } from "@crew/contracts/message-parts";
import { lazy, Suspense } from "react";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { RunCard } from "./run-card.tsx";
import { ToolCard } from "./tool-card.tsx";

const CrewCard = lazy(() => import("./crew-card.tsx"));

export interface PartCardsProps {
  parts: readonly MessagePart[];
  /** Those that stand here: calls go before the words that came of them, what was made of them after. */
  only: readonly MessagePart["type"][];
  messageId: string;
}

/** What an answer did besides speaking. */
export function PartCards({ parts, only, messageId }: PartCardsProps) {
  const shown = parts.filter(({ type }) => only.includes(type));
  if (shown.length === 0) return null;
  return (
    <div className="my-2 flex min-w-0 flex-col gap-2">
      {shown.map((part, index) => {
        // The order of an answer's parts never changes.
        const key = `${part.type} ${index}`;
        if (part.type === "tool") return <ToolCard key={key} part={part} />;
        if (part.type === "run") return <RunCard key={key} part={part} />;
        if (part.type !== "crew") return null;
        return (
          <Suspense key={key} fallback={<Skeleton className="h-40 rounded-lg" />}>
            <CrewCard part={part} name={`${messageId} ${index}`} />
          </Suspense>
        );
      })}
    </div>
  );
}
