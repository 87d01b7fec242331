"use client";

import type { Inputs } from "@crew/contracts/crews";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

export interface MappingFieldsProps {
  /** The crew's inputs. */
  names: readonly string[];
  inputs: Inputs;
  problem: string | undefined;
  onChange: (inputs: Inputs) => void;
}

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value ?? ""));

/** Where each input of the crew comes from. */
export function MappingFields({ names, inputs, problem, onChange }: MappingFieldsProps) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">What the crew is given</legend>
      {names.length === 0 ? <p className="text-sm text-muted">This crew asks for no inputs.</p> : null}
      {names.map((name) => (
        <Field key={name} label={<code className="font-mono">{`{${name}}`}</code>}>
          <Input
            className="font-mono"
            autoComplete="off"
            spellCheck={false}
            value={textOf(inputs[name])}
            onChange={(event) => onChange({ ...inputs, [name]: event.target.value })}
          />
        </Field>
      ))}
      {problem ? (
        <p role="alert" className="text-xs text-bad">
          {problem}
        </p>
      ) : null}
      {names.length > 0 ? (
        <p className="text-xs text-faint">
          A path into the event, such as <code className="font-mono">$.data.title</code> or{" "}
          <code className="font-mono">$.items[0].name</code>; <code className="font-mono">$</code> is all of it. Anything else is given as
          it stands.
        </p>
      ) : null}
    </fieldset>
  );
}
