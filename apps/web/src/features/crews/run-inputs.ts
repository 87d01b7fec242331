import type { Crew } from "@crew/contracts/crews";
import type { StartRun } from "@crew/contracts/runs";
import type { TextFile } from "../../ui/read-text-files.ts";

export const DOCUMENT_ENDINGS = [".txt", ".md", ".csv", ".json"] as const;
export const MAX_DOCUMENTS = 20;
export const MAX_DOCUMENT_CHARACTERS = 1_000_000;
/** All documents of a run together, as the server counts them. */
export const MAX_DOCUMENTS_BYTES = 4 * 1024 * 1024;

export interface RunDraft {
  values: Record<string, string>;
  documents: TextFile[];
}

/** What somebody has changed of the example; the rest follows the example, also while that is being written. */
export interface WrittenInputs {
  values: Record<string, string>;
  documents: TextFile[] | null;
}

export const NOTHING_WRITTEN: WrittenInputs = { values: {}, documents: null };

/** What the run form holds: the example that the crew brings, under what was written here. */
export function filledDraft(crew: Pick<Crew, "placeholders" | "example">, written: WrittenInputs): RunDraft {
  const inputs = crew.example?.inputs ?? {};
  return {
    values: { ...Object.fromEntries(crew.placeholders.map((name) => [name, inputs[name] ?? ""])), ...written.values },
    documents: written.documents ?? (crew.example?.documents ?? []).map(({ name, text }) => ({ name, text })),
  };
}

export function startRunBody(crew: Pick<Crew, "placeholders">, draft: RunDraft): StartRun {
  return {
    inputs: Object.fromEntries(crew.placeholders.map((name) => [name, draft.values[name] ?? ""])),
    documents: draft.documents,
  };
}

/** Why this draft cannot run yet, for each field by its name and for the documents as a whole. */
export function runDraftProblems(
  crew: Pick<Crew, "placeholders">,
  draft: RunDraft,
): { fields: Map<string, string>; documents: string | null } {
  const fields = new Map<string, string>();
  for (const name of crew.placeholders) {
    if (!draft.values[name]?.trim()) fields.set(name, "Fill this in: the crew's texts name it.");
  }
  const bytes = draft.documents.reduce((sum, { text }) => sum + new Blob([text]).size, 0);
  const isTooMuch = bytes > MAX_DOCUMENTS_BYTES;
  return { fields, documents: isTooMuch ? "The documents are too large together: at most 4 MB." : null };
}
