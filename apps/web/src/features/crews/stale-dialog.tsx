"use client";

import type { Crew, CrewInput } from "@crew/contracts/crews";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { crewDifferences } from "./crew-differences.ts";
import { crewInputOf } from "./crew-input-of.ts";

export interface StaleDialogProps {
  mine: CrewInput;
  theirs: Crew;
  busy: boolean;
  onSaveMine: () => void;
  onTakeTheirs: () => void;
  onClose: () => void;
}

/** Somebody saved first. Both texts are shown side by side; whichever is chosen, the other one can still be had. */
export default function StaleDialog({ mine, theirs, busy, onSaveMine, onTakeTheirs, onClose }: StaleDialogProps) {
  const differences = crewDifferences(mine, crewInputOf(theirs));
  return (
    <Dialog
      open
      onClose={onClose}
      title={`This crew was saved as version ${theirs.version} meanwhile`}
      className="w-[min(880px,calc(100vw-24px))]"
      actions={
        <>
          <Button onClick={onClose}>Go on editing mine</Button>
          <Button onClick={onTakeTheirs}>Take theirs</Button>
          <Button variant="primary" busy={busy} onClick={onSaveMine}>
            Save mine as version {theirs.version + 1}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-sm text-muted">
          Nothing is lost: version {theirs.version} stays in the list of versions if you save yours, and yours can be copied here if you
          take theirs.
          <CopyButton text={JSON.stringify(mine, null, 2)} label="Copy my draft as JSON" className="ml-1 align-middle" />
        </p>
        {differences.length === 0 ? <p>The two say the same.</p> : null}
        {differences.map((difference) => (
          <section key={difference.place} className="rounded-md border border-line">
            <h3 className="border-b border-line px-3 py-1.5 text-sm font-medium">{difference.place}</h3>
            <div className="grid sm:grid-cols-2">
              <Side title="Mine" text={difference.mine} />
              <Side title={`Version ${theirs.version}`} text={difference.theirs} />
            </div>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function Side({ title, text }: { title: string; text: string | null }) {
  return (
    <div className="min-w-0 p-3 first:border-line max-sm:first:border-b sm:first:border-r">
      <p className="text-xs text-faint">{title}</p>
      <p className="max-h-40 overflow-y-auto text-sm break-words whitespace-pre-wrap">
        {text ?? <span className="text-faint">is not there</span>}
      </p>
    </div>
  );
}
