"use client";

import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FallbackModels } from "../crews/fallback-models.tsx";
import type { FallbackChoiceProps } from "./fallback-choice.tsx";

export default function FallbackDialog({ model, value, onChange, onClose }: FallbackChoiceProps & { onClose: () => void }) {
  const [models, setModels] = useState([...value]);
  const faults = new Map(
    models.flatMap((name, at) => (isAskedBefore(model, models, at) ? [[`models.${at}`, `${name} is asked before`]] : [])),
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={`If ${model} fails`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            disabled={faults.size > 0}
            onClick={() => {
              onChange(models);
              onClose();
            }}
          >
            Save
          </Button>
        </>
      }
    >
      <FallbackModels models={models} path="models" firstModel={model} problem={(path) => faults.get(path)} onChange={setModels} />
    </Dialog>
  );
}

function isAskedBefore(model: string, models: readonly string[], at: number): boolean {
  return [model, ...models.slice(0, at)].includes(models[at] ?? "");
}
