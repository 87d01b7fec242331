"use client";

import type { CrewExample } from "@crew/contracts/crews";
import { type Dispatch, useMemo, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { formatPlural } from "../../ui/format-figures.ts";
import { draftPlaceholders } from "./draft-problems.ts";
import { type CrewDraft, type DraftAction, inputOfDraft } from "./draft-state.ts";
import { InputFields } from "./input-fields.tsx";
import { filledDraft, NOTHING_WRITTEN, type RunDraft } from "./run-inputs.ts";

/** As many as the contract lets an example carry. */
const MAX_EXAMPLE_DOCUMENTS = 4;

export interface ExampleFieldsProps {
  draft: CrewDraft;
  problem: (path: string) => string | undefined;
  dispatch: Dispatch<DraftAction>;
}

/** What the run form starts with. Folded: who tries a crew fills in the run form itself. */
export function ExampleFields({ draft, problem, dispatch }: ExampleFieldsProps) {
  const [isOpen, setOpen] = useState(false);
  const placeholders = useMemo(() => draftPlaceholders(inputOfDraft(draft)), [draft]);
  const written = filledDraft({ placeholders, example: draft.example }, NOTHING_WRITTEN);
  const change = (next: RunDraft) => dispatch({ type: "crew", change: { example: exampleOf(next) } });
  const error = problem("example");
  const isShown = isOpen || error !== undefined;
  return (
    <Card
      title="Example"
      note={`What the run form starts with: ${summaryOf(draft.example)}`}
      actions={
        <Button size="sm" aria-expanded={isShown} onClick={() => setOpen(!isOpen)}>
          {isShown ? "Fold" : "Change"}
        </Button>
      }
      flush
    >
      {isShown ? (
        <section data-path="example" tabIndex={-1} aria-label="Example values" className="@container flex flex-col gap-4 p-4">
          <InputFields
            placeholders={placeholders}
            draft={written}
            problems={{
              fields: new Map(placeholders.flatMap((name) => pairOf(name, problem(`example.inputs.${name}`)))),
              documents: problem("example.documents") ?? null,
            }}
            maxDocuments={MAX_EXAMPLE_DOCUMENTS}
            onValue={(name, value) => change({ ...written, values: { ...written.values, [name]: value } })}
            onDocuments={(documents) => change({ ...written, documents })}
          />
        </section>
      ) : null}
    </Card>
  );
}

/** Values of placeholders that are gone and empty ones are left out; nothing at all is no example. */
function exampleOf({ values, documents }: RunDraft): CrewExample | null {
  const inputs = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
  return Object.keys(inputs).length === 0 && documents.length === 0 ? null : { inputs, documents };
}

function summaryOf(example: CrewExample | null | undefined): string {
  const values = Object.keys(example?.inputs ?? {}).length;
  const documents = example?.documents?.length ?? 0;
  const parts = [values > 0 ? formatPlural(values, "value") : "", documents > 0 ? formatPlural(documents, "document") : ""];
  return parts.filter(Boolean).join(", ") || "nothing";
}

function pairOf(name: string, message: string | undefined): [string, string][] {
  return message === undefined ? [] : [[name, message]];
}
