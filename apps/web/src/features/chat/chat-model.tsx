"use client";

import { isDemoModel, ShortDemoBadge } from "../models/demo-note.tsx";
import { ModelPicker } from "../models/model-picker.tsx";

/** The model that answers next, small under the text. */
export function ChatModel({ value, onChange }: { value: string; onChange: (model: string) => void }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is inside of ModelPicker
    <label className="flex min-w-0 max-w-full items-center gap-x-2 [&_select]:h-7 [&_select]:border-transparent [&_select]:bg-transparent [&_select]:text-sm [&_select]:text-muted max-sm:[&_select]:h-10">
      <span className="sr-only">Model</span>
      <ModelPicker value={value} onChange={(model) => model !== null && onChange(model)} />
      {isDemoModel(value) ? <ShortDemoBadge /> : null}
    </label>
  );
}
