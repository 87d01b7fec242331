"use client";

import type { Crew, CrewInput } from "@crew/contracts/crews";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { crewDifferences } from "./crew-differences.ts";
import { crewInputOf } from "./crew-input-of.ts";
import { DifferenceList } from "./difference-list.tsx";

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
        <DifferenceList differences={differences} mineTitle="Mine" theirsTitle={`Version ${theirs.version}`} />
      </div>
    </Dialog>
  );
}
