"use client";

import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import type { TextFile } from "../../ui/read-text-files.ts";
import { Textarea } from "../../ui/textarea.tsx";
import { MAX_DOCUMENT_CHARACTERS } from "./run-inputs.ts";

export interface PasteDocumentProps {
  open: boolean;
  taken: readonly TextFile[];
  onAdd: (file: TextFile) => void;
  onClose: () => void;
}

/** Turns pasted text into a document with a name that agents can ask for. */
export function PasteDocument({ open, taken, onAdd, onClose }: PasteDocumentProps) {
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const chosen = name.trim() || freeName(taken);
  const isTaken = taken.some((file) => file.name === chosen);
  const isLong = text.length > MAX_DOCUMENT_CHARACTERS;
  const add = () => {
    onAdd({ name: chosen, text });
    setName("");
    setText("");
    onClose();
  };

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Paste text"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" disabled={text.trim() === "" || isTaken || isLong} onClick={add}>
            Add document
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Name" error={isTaken ? "A document of this name is there already." : undefined}>
          <Input value={name} maxLength={200} placeholder={freeName(taken)} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field
          label="Text"
          aside={`${text.length.toLocaleString("en-US")} characters`}
          error={isLong ? `At most ${MAX_DOCUMENT_CHARACTERS.toLocaleString("en-US")} characters.` : undefined}
        >
          <Textarea rows={10} value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}

function freeName(taken: readonly TextFile[]): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? "pasted.txt" : `pasted-${n}.txt`;
    if (!taken.some((file) => file.name === name)) return name;
  }
}
