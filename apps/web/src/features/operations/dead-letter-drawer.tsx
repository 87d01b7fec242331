"use client";

import type { DeadLetterDetail } from "@crew/contracts/dead-letters";
import { useQuery } from "@tanstack/react-query";
import { RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { DeadLetterFacts } from "./dead-letter-facts.tsx";
import { letterTitle } from "./dead-letter-words.ts";
import { DiscardDialog } from "./discard-dialog.tsx";
import { deadLetterQuery } from "./operation-queries.ts";
import { useLetterActs } from "./use-letter-acts.ts";

export interface DeadLetterDrawerProps {
  letterId: string | null;
  mayWrite: boolean;
  onClose: () => void;
}

/** Why one died, what it did last, what it was to do; and what becomes of it. */
export function DeadLetterDrawer({ letterId, mayWrite, onClose }: DeadLetterDrawerProps) {
  const query = useQuery({ ...deadLetterQuery(letterId ?? ""), enabled: letterId !== null });
  const letter = letterId === null ? undefined : query.data;
  return (
    <Drawer
      open={letterId !== null}
      onClose={onClose}
      title={letter ? letterTitle(letter) : "Dead letter"}
      actions={letter?.state === "open" && mayWrite ? <LetterActions key={letter.id} letter={letter} /> : undefined}
    >
      {letter ? <DeadLetterFacts letter={letter} /> : null}
      {!letter && query.isError ? (
        <ErrorState error={query.error} what="This dead letter could not be read" onRetry={() => void query.refetch()} />
      ) : null}
      {!letter && query.isPending ? <SkeletonRows rows={6} /> : null}
    </Drawer>
  );
}

function LetterActions({ letter }: { letter: DeadLetterDetail }) {
  const [isDiscarding, setDiscarding] = useState(false);
  const { redrive, discard } = useLetterActs(() => setDiscarding(false));
  const ids = [letter.id];
  return (
    <>
      <Button variant="danger" icon={<Trash2 className="size-4" />} onClick={() => setDiscarding(true)}>
        Discard
      </Button>
      <Button
        variant="primary"
        icon={<RotateCw className="size-4" />}
        disabled={letter.notRedrivable !== null}
        busy={redrive.isPending}
        onClick={() => redrive.mutate({ ids })}
      >
        Redrive
      </Button>
      {isDiscarding ? (
        <DiscardDialog
          what="this dead letter"
          busy={discard.isPending}
          onDiscard={(reason) => discard.mutate({ ids, reason })}
          onClose={() => setDiscarding(false)}
        />
      ) : null}
    </>
  );
}
