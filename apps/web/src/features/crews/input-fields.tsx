"use client";

import { ClipboardPaste } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { FileDrop } from "../../ui/file-drop.tsx";
import { PasteDocument } from "./paste-document.tsx";
import { PlaceholderValue } from "./placeholder-value.tsx";
import { DOCUMENT_ENDINGS, MAX_DOCUMENT_CHARACTERS, type RunDraft } from "./run-inputs.ts";

export interface InputFieldsProps {
  placeholders: readonly string[];
  draft: RunDraft;
  problems: { fields: Map<string, string>; documents: string | null };
  maxDocuments: number;
  onValue: (name: string, value: string) => void;
  onDocuments: (documents: RunDraft["documents"]) => void;
}

/** A field for each `{placeholder}`, and documents: what a run is given, and what a crew brings as its example. */
export function InputFields({ placeholders, draft, problems, maxDocuments, onValue, onDocuments }: InputFieldsProps) {
  const [isPasting, setPasting] = useState(false);
  return (
    <>
      {placeholders.length > 0 ? (
        <div className={`grid items-start gap-4 ${placeholders.length > 1 ? "@lg:grid-cols-2" : ""}`}>
          {placeholders.map((name) => (
            <Field
              key={name}
              label={labelOf(name)}
              aside={<code className="font-mono">{`{${name}}`}</code>}
              error={problems.fields.get(name)}
            >
              <PlaceholderValue value={draft.values[name] ?? ""} onChange={(value) => onValue(name, value)} />
            </Field>
          ))}
        </div>
      ) : null}
      <div className="flex flex-col gap-1">
        <div className="flex h-6 items-center justify-between gap-2">
          <span className="text-sm font-medium">
            Documents <span className="ml-1 font-normal text-faint">optional</span>
          </span>
          {draft.documents.length < maxDocuments ? (
            <Button size="sm" variant="ghost" icon={<ClipboardPaste className="size-3.5" />} onClick={() => setPasting(true)}>
              Paste text
            </Button>
          ) : null}
        </div>
        <FileDrop
          label="Drop text files or choose"
          files={draft.documents}
          onChange={onDocuments}
          accept={DOCUMENT_ENDINGS}
          maxFiles={maxDocuments}
          maxCharacters={MAX_DOCUMENT_CHARACTERS}
        />
        <Complaint>{problems.documents}</Complaint>
      </div>
      <PasteDocument
        open={isPasting}
        taken={draft.documents}
        onClose={() => setPasting(false)}
        onAdd={(file) => onDocuments([...draft.documents, file])}
      />
    </>
  );
}

function Complaint({ children }: { children: ReactNode }) {
  return children ? (
    <p role="alert" className="text-xs text-bad">
      {children}
    </p>
  ) : null;
}

/** `source_url` → `Source url`. */
function labelOf(name: string): string {
  const words = name.replaceAll(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
