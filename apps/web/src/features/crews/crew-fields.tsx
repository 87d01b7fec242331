"use client";

import type { Dispatch } from "react";
import { Card } from "../../ui/card.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { isDemoModel } from "../models/demo-note.tsx";
import { ModelPicker } from "../models/model-picker.tsx";
import type { CrewDraft, DraftAction } from "./draft-state.ts";

export interface CrewFieldsProps {
  draft: CrewDraft;
  problem: (path: string) => string | undefined;
  dispatch: Dispatch<DraftAction>;
}

export function CrewFields({ draft, problem, dispatch }: CrewFieldsProps) {
  const change = (values: Partial<Pick<CrewDraft, "name" | "description" | "model">>) => dispatch({ type: "crew", change: values });
  const modelHint = isDemoModel(draft.model)
    ? "Demonstration, not AI: it picks sentences from your own text."
    : "For every agent that names none.";
  return (
    <Card title="Crew">
      <div className="flex flex-col gap-4">
        <div className="grid gap-4 md:grid-cols-2">
          <Field label="Name" error={problem("name")}>
            <Input data-path="name" maxLength={80} value={draft.name} onChange={(event) => change({ name: event.target.value })} />
          </Field>
          <Field label="Model" error={problem("model")} hint={modelHint}>
            <ModelPicker value={draft.model} path="model" onChange={(model) => model && change({ model })} />
          </Field>
        </div>
        <Field label="Description" optional error={problem("description")}>
          <Textarea
            data-path="description"
            rows={2}
            value={draft.description}
            onChange={(event) => change({ description: event.target.value })}
          />
        </Field>
      </div>
    </Card>
  );
}
