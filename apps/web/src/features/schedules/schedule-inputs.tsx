"use client";

import type { Crew } from "@crew/contracts/crews";
import type { CreateSchedule, Schedule } from "@crew/contracts/schedules";
import { InputFields } from "../crews/input-fields.tsx";
import { filledDraft, type RunDraft, runDraftProblems, type WrittenInputs } from "../crews/run-inputs.ts";

type Given = Pick<Crew, "placeholders" | "example">;

const MOST_DOCUMENTS = 4;
const DOCUMENT_CHARACTERS = 50_000;

export interface ScheduleInputsProps {
  crew: Given;
  schedule: Schedule | null;
  written: WrittenInputs;
  isChecked: boolean;
  onWrite: (written: WrittenInputs) => void;
}

/** What the crew is given at each of its times. */
export function ScheduleInputs({ crew, schedule, written, isChecked, onWrite }: ScheduleInputsProps) {
  const draft = draftOf(crew, schedule, written);
  const { fields } = runDraftProblems(crew, draft);
  const isLong = draft.documents.some(({ text }) => text.length > DOCUMENT_CHARACTERS);
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="mb-1 text-sm font-medium">What it is given each time</legend>
      <InputFields
        placeholders={crew.placeholders}
        draft={draft}
        problems={{
          fields: isChecked ? fields : new Map(),
          documents: isLong ? "Documents of a schedule have at most 50,000 characters each." : null,
        }}
        maxDocuments={MOST_DOCUMENTS}
        onValue={(name, value) => onWrite({ ...written, values: { ...written.values, [name]: value } })}
        onDocuments={(documents) => onWrite({ ...written, documents })}
      />
      {schedule && schedule.documents.length > 0 && written.documents === null ? (
        <p className="text-xs text-faint">
          It keeps {schedule.documents.map(({ name }) => name).join(", ")}. Documents that you add here take their place.
        </p>
      ) : null}
    </fieldset>
  );
}

/** A schedule's own values under what was written; a new one begins with the crew's example. */
function draftOf(crew: Given, schedule: Schedule | null, written: WrittenInputs): RunDraft {
  if (!schedule) return filledDraft(crew, written);
  const kept = Object.fromEntries(Object.entries(schedule.inputs).map(([name, value]) => [name, textOf(value)]));
  return { values: { ...kept, ...written.values }, documents: written.documents ?? [] };
}

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** What is sent: values that are no texts stay what they are until somebody writes over them. */
export function writtenInputs(
  crew: Given | undefined,
  schedule: Schedule | null,
  written: WrittenInputs,
): Pick<CreateSchedule, "inputs"> & { documents?: RunDraft["documents"] } {
  if (!crew) return { inputs: {} };
  if (schedule) return { inputs: { ...schedule.inputs, ...written.values }, ...(written.documents && { documents: written.documents }) };
  const { values, documents } = filledDraft(crew, written);
  return { inputs: Object.fromEntries(crew.placeholders.map((name) => [name, values[name] ?? ""])), documents };
}
