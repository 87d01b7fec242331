"use client";

import { ApiError } from "@crew/client/api-error";
import type { Crew } from "@crew/contracts/crews";
import { Play, RotateCcw } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { LackNote } from "../members/lack-note.tsx";
import { InputFields } from "./input-fields.tsx";
import { filledDraft, MAX_DOCUMENTS, NOTHING_WRITTEN, runDraftProblems, startRunBody } from "./run-inputs.ts";
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

/** What the crew asks for, and Run. */
export function RunForm({ crew, prepare, runLabel = "Run this crew", blocked = null, note }: RunFormProps) {
  const [written, setWritten] = useState(NOTHING_WRITTEN);
  const [isChecked, setChecked] = useState(false);
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
      <InputFields
        placeholders={crew.placeholders}
        draft={draft}
        problems={{ fields: isChecked ? problems.fields : new Map(), documents: problems.documents }}
        maxDocuments={MAX_DOCUMENTS}
        onValue={(name, value) => setWritten({ ...written, values: { ...written.values, [name]: value } })}
        onDocuments={(documents) => setWritten({ ...written, documents })}
      />
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
          <Button variant="ghost" icon={<RotateCcw className="size-3.5" />} onClick={() => setWritten(NOTHING_WRITTEN)}>
            Example values
          </Button>
        ) : null}
      </div>
      <LackNote permission="runs:start" mayBeGranted />
      {blocked ? <p className="text-xs text-warn">{blocked}</p> : null}
      {note ? <div className="text-xs text-faint">{note}</div> : null}
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
