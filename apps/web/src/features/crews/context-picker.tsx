"use client";

import { useId } from "react";
import { Checkbox } from "../../ui/checkbox.tsx";
import type { DraftTask } from "./draft-state.ts";

export interface ContextPickerProps {
  value: string[] | null;
  earlier: DraftTask[];
  error: string | undefined;
  path: string;
  onChange: (context: string[] | null) => void;
}

/** Which earlier outputs a task reads: all, none, or those chosen. */
export function ContextPicker({ value, earlier, error, path, onChange }: ContextPickerProps) {
  const name = useId();
  const mode = value === null ? "all" : value.length === 0 ? "none" : "chosen";
  const choose = (next: typeof mode) => {
    if (next === "all") onChange(null);
    else if (next === "none") onChange([]);
    else onChange(earlier.slice(-1).map((task) => task.key));
  };
  const lost = (value ?? []).filter((key) => !earlier.some((task) => task.key === key));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">Reads the output of</legend>
      {earlier.length === 0 && lost.length === 0 ? (
        <p className="text-xs text-faint">The first task has nothing before it.</p>
      ) : (
        <div className="flex flex-wrap gap-x-5 gap-y-2">
          {(["all", "none", "chosen"] as const).map((option) => (
            <label key={option} className="flex items-center gap-2">
              <input
                type="radio"
                name={name}
                data-path={option === mode ? path : undefined}
                checked={mode === option}
                onChange={() => choose(option)}
                className="size-4 accent-accent"
              />
              {{ all: "all earlier tasks", none: "none", chosen: "chosen tasks" }[option]}
            </label>
          ))}
        </div>
      )}
      {mode === "chosen" ? (
        <div className="flex flex-col gap-2 pl-6">
          {earlier.map((task) => (
            <Checkbox
              key={task.rowId}
              label={<span className="font-mono text-sm">{task.key}</span>}
              checked={value?.includes(task.key) ?? false}
              onChange={(event) => onChange(inOrder(earlier, toggled(value ?? [], task.key, event.target.checked)))}
            />
          ))}
          {lost.map((key) => (
            <Checkbox
              key={key}
              label={<span className="font-mono text-sm">{key}</span>}
              hint="It no longer comes before this task."
              checked
              onChange={() => onChange((value ?? []).filter((other) => other !== key))}
            />
          ))}
        </div>
      ) : null}
      {error ? <p className="text-xs text-bad">{error}</p> : null}
    </fieldset>
  );
}

function toggled(keys: string[], key: string, isOn: boolean): string[] {
  return isOn ? [...keys, key] : keys.filter((other) => other !== key);
}

function inOrder(earlier: DraftTask[], keys: string[]): string[] {
  const order = earlier.map((task) => task.key);
  return [...keys].sort((a, b) => order.indexOf(a) - order.indexOf(b));
}
