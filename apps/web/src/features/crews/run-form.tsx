"use client";

import { ApiError } from "@crew/client/api-error";
import type { Crew } from "@crew/contracts/crews";
import { ClipboardPaste, Play, RotateCcw } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { FileDrop } from "../../ui/file-drop.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { PasteDocument } from "./paste-document.tsx";
import {
  DOCUMENT_ENDINGS,
  exampleDraft,
  filledDraft,
  MAX_DOCUMENT_CHARACTERS,
  MAX_DOCUMENTS,
  type RunDraft,
  runDraftProblems,
  startRunBody,
} from "./run-inputs.ts";
import { useStartRun } from "./use-start-run.ts";

type RunnableCrew = Pick<Crew, "id" | "placeholders" | "example">;

export interface RunFormProps {
  crew: RunnableCrew;
  /** Saves what has to be saved first and says with what to run; `null`: it could not, and says so elsewhere. */
  prepare?: () => Promise<RunnableCrew | null>;
  runLabel?: string;
  /** Why it cannot run at all now. */
  blocked?: string | null;
  note?: ReactNode;
}

/** A field for each `{placeholder}`, documents, and Run. */
export function RunForm({ crew, prepare, runLabel = "Run this crew", blocked = null, note }: RunFormProps) {
  const [written, setDraft] = useState<RunDraft>(() => exampleDraft(crew));
  const [isChecked, setChecked] = useState(false);
  const [isPasting, setPasting] = useState(false);
  const { start, isStarting, error } = useStartRun();
  const draft = filledDraft(crew, written);
  const problems = runDraftProblems(crew, draft);

  const submit = async () => {
    setChecked(true);
    if (blocked || problems.fields.size > 0 || problems.documents) return;
    const ready = prepare ? await prepare() : crew;
    if (!ready || runDraftProblems(ready, draft).fields.size > 0) return;
    await start(ready.id, startRunBody(ready, draft));
  };

  return (
    <form
      noValidate
      className="@container flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
          event.preventDefault();
          void submit();
        }
      }}
    >
      {crew.placeholders.length > 0 ? (
        <div className={`grid items-start gap-4 ${crew.placeholders.length > 1 ? "@lg:grid-cols-2" : ""}`}>
          {crew.placeholders.map((name) => (
            <Field
              key={name}
              label={labelOf(name)}
              aside={<code className="font-mono">{`{${name}}`}</code>}
              error={isChecked ? problems.fields.get(name) : undefined}
            >
              <Textarea
                rows={1}
                className="min-h-8 resize-none"
                value={draft.values[name] ?? ""}
                onChange={(event) => setDraft({ ...draft, values: { ...draft.values, [name]: event.target.value } })}
              />
            </Field>
          ))}
        </div>
      ) : null}
      <div className="flex flex-col gap-1">
        <div className="flex h-6 items-center justify-between gap-2">
          <span className="text-sm font-medium">
            Documents <span className="ml-1 font-normal text-faint">optional</span>
          </span>
          <Button size="sm" variant="ghost" icon={<ClipboardPaste className="size-3.5" />} onClick={() => setPasting(true)}>
            Paste text
          </Button>
        </div>
        <FileDrop
          label="Drop text files or choose"
          files={draft.documents}
          onChange={(documents) => setDraft({ ...draft, documents })}
          accept={DOCUMENT_ENDINGS}
          maxFiles={MAX_DOCUMENTS}
          maxCharacters={MAX_DOCUMENT_CHARACTERS}
        />
        {problems.documents ? (
          <p role="alert" className="text-xs text-bad">
            {problems.documents}
          </p>
        ) : null}
      </div>
      {error ? <RunError error={error} /> : null}
      <div className="flex flex-wrap items-center gap-2">
        <Button
          type="submit"
          variant="primary"
          busy={isStarting}
          disabled={blocked !== null}
          icon={<Play className="size-4 fill-current" />}
        >
          {runLabel}
        </Button>
        {crew.example ? (
          <Button variant="ghost" icon={<RotateCcw className="size-3.5" />} onClick={() => setDraft(exampleDraft(crew))}>
            Example values
          </Button>
        ) : null}
      </div>
      {blocked ? <p className="text-xs text-warn">{blocked}</p> : null}
      {note ? <div className="text-xs text-faint">{note}</div> : null}
      <PasteDocument
        open={isPasting}
        taken={draft.documents}
        onClose={() => setPasting(false)}
        onAdd={(file) => setDraft({ ...draft, documents: [...draft.documents, file] })}
      />
    </form>
  );
}

/** Without an answer nobody knows whether it started; the next press carries the same key, so it cannot start twice. */
function RunError({ error }: { error: unknown }) {
  const isUnknown = error instanceof ApiError && error.code === "unavailable";
  return isUnknown ? (
    <ErrorState error={error} what="No answer came, so the run may not have started" kept="Press Run again: it starts at most once." />
  ) : (
    <ErrorState error={error} what="The run was not started" kept="What you entered is still here." />
  );
}

/** `source_url` → `Source url`. */
function labelOf(name: string): string {
  const words = name.replaceAll(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
