"use client";

import { RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { formatPlural } from "../../ui/format-figures.ts";
import { DiscardDialog } from "./discard-dialog.tsx";
import { useLetterActs } from "./use-letter-acts.ts";

export interface DeadLetterActionsProps {
  /** Those that are chosen. */
  ids: string[];
  /** The one crew that the list shows; all of its letters can be dealt with, also those not on the page. */
  crewId: string | null;
  onDone: () => void;
}

/** What can be done with many at once. */
export function DeadLetterActions({ ids, crewId, onDone }: DeadLetterActionsProps) {
  const [isDiscarding, setDiscarding] = useState(false);
  const { redrive, discard } = useLetterActs(() => {
    setDiscarding(false);
    onDone();
  });
  const isOfCrew = ids.length === 0 && crewId !== null;
  if (ids.length === 0 && !isOfCrew) return null;
  const wanted = isOfCrew ? { crewId } : { ids };
  const what = isOfCrew ? "all of this crew" : formatPlural(ids.length, "dead letter");
  return (
    <section
      aria-label="What to do with them"
      className="flex flex-wrap items-center gap-2 border-b border-line bg-sunken px-4 py-2 text-sm"
    >
      <p aria-live="polite" className="mr-auto">
        {isOfCrew ? "No letter is chosen" : `${ids.length} chosen`}
      </p>
      <Button size="sm" icon={<RotateCw className="size-3.5" />} busy={redrive.isPending} onClick={() => redrive.mutate(wanted)}>
        Redrive {isOfCrew ? what : ""}
      </Button>
      <Button size="sm" variant="danger" icon={<Trash2 className="size-3.5" />} onClick={() => setDiscarding(true)}>
        Discard {isOfCrew ? what : ""}
      </Button>
      {isDiscarding ? (
        <DiscardDialog
          what={what}
          busy={discard.isPending}
          onDiscard={(reason) => discard.mutate({ ...wanted, reason })}
          onClose={() => setDiscarding(false)}
        />
      ) : null}
    </section>
  );
}
