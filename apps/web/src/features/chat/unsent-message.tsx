"use client";

import { Button } from "../../ui/button.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { isPicture, picturesOf } from "./attached.ts";
import type { DraftMessage } from "./draft-messages.ts";
import { Asked } from "./message-row.tsx";

export interface UnsentMessageProps {
  draft: DraftMessage;
  onRetry: (draft: DraftMessage) => void;
  onDiscard: (draft: DraftMessage) => void;
}

/** A message on its way, or one that did not arrive: it stays until it is sent or given up. */
export function UnsentMessage({ draft, onRetry, onDiscard }: UnsentMessageProps) {
  const fresh = draft.attachments.filter((file) => !isPicture(file)).map(({ name }) => name);
  const asked = {
    content: draft.content,
    attachments: [...(draft.kept?.names ?? []), ...fresh],
    pictures: picturesOf(draft.attachments),
  };
  if (draft.state === "sending") return <Asked {...asked} className="opacity-60" />;
  return (
    <div className="flex flex-col items-end gap-1.5">
      <Asked {...asked} className="border border-bad/50" />
      <div role="alert" className="flex flex-wrap items-center justify-end gap-2 text-sm">
        <span className="text-bad">Not sent.</span>
        <span className="text-muted">{explainError(draft.error).reason}</span>
        <Button size="sm" onClick={() => onRetry(draft)}>
          Try again
        </Button>
        <Button size="sm" variant="ghost" onClick={() => onDiscard(draft)}>
          Discard
        </Button>
      </div>
    </div>
  );
}
