"use client";

import type { MessagePart } from "@crew/contracts/message-parts";
import { lazy, Suspense } from "react";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { ShownThoughts } from "../../runs/shown-thoughts.tsx";
import { RunCard } from "./run-card.tsx";
import { ToolCard } from "./tool-card.tsx";

const CrewCard = lazy(() => import("./crew-card.tsx"));

const SHOWN: readonly MessagePart["type"][] = ["reasoning", "tool", "run", "crew"];

export interface PartCardsProps {
  parts: readonly MessagePart[];
  /** Proposals of one answer are told apart by it: how many came before these parts. */
  proposedBefore?: number;
  messageId: string;
}

/** What an answer did besides speaking, its thinking too, in the order in which it did it: each call, and below it what came of it. */
export function PartCards({ parts, proposedBefore = 0, messageId }: PartCardsProps) {
  const shown = parts.filter(({ type }) => SHOWN.includes(type));
  if (shown.length === 0) return null;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {shown.map((part, index) => {
        // The order of an answer's parts never changes.
        const key = `${part.type} ${index}`;
        if (part.type === "reasoning") return <ShownThoughts key={key} text={part.text} />;
        if (part.type === "tool") return <ToolCard key={key} part={part} />;
        if (part.type === "run") return <RunCard key={key} part={part} />;
        if (part.type !== "crew") return null;
        const nth = proposedBefore + shown.slice(0, index).filter(({ type }) => type === "crew").length;
        return (
          <Suspense key={key} fallback={<Skeleton className="h-40 rounded-lg" />}>
            <CrewCard part={part} name={`${messageId} ${nth}`} />
          </Suspense>
        );
      })}
    </div>
  );
}
