"use client";

import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { ModelPicker } from "../models/model-picker.tsx";

const MOST = 4;

export interface FallbackModelsProps {
  models: string[];
  path: string;
  /** What the agent asks first: a fallback to it would be none. */
  firstModel: string;
  problem: (path: string) => string | undefined;
  onChange: (models: string[]) => void;
}

/** An ordered list of models that are asked where the one before gives up. */
export function FallbackModels({ models, path, firstModel, problem, onChange }: FallbackModelsProps) {
  const put = (at: number, model: string) => onChange(models.with(at, model));
  const swap = (at: number, other: number) => onChange(models.with(at, models[other] ?? "").with(other, models[at] ?? ""));
  // A row is a place in the list: it keeps the focus when another model is put there.
  const rows = models.map((model, at) => ({ place: `place ${at}`, model, at }));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="text-sm font-medium">
        Fallback models <span className="font-normal text-faint">optional</span>
      </legend>
      <p className="text-xs text-faint">Asked in this order where the model gives up, or takes no calls for a while.</p>
      {rows.map(({ place, model, at }) => (
        <div key={place} className="flex items-end gap-1">
          <Field label={<span className="sr-only">Fallback {at + 1}</span>} className="flex-1" error={problem(`${path}.${at}`)}>
            <ModelPicker value={model} path={`${path}.${at}`} onChange={(next) => next && put(at, next)} />
          </Field>
          <IconButton label={`Ask ${model} earlier`} icon={<ArrowUp />} disabled={at === 0} onClick={() => swap(at, at - 1)} />
          <IconButton
            label={`Ask ${model} later`}
            icon={<ArrowDown />}
            disabled={at === models.length - 1}
            onClick={() => swap(at, at + 1)}
          />
          <IconButton label={`Take ${model} out`} icon={<X />} onClick={() => onChange(models.toSpliced(at, 1))} />
        </div>
      ))}
      {models.length < MOST ? (
        <Button
          size="sm"
          variant="ghost"
          className="self-start"
          icon={<Plus className="size-3.5" />}
          onClick={() => onChange([...models, models.at(-1) ?? firstModel])}
        >
          Add a fallback model
        </Button>
      ) : null}
      {problem(path) ? <p className="text-xs text-bad">{problem(path)}</p> : null}
    </fieldset>
  );
}
