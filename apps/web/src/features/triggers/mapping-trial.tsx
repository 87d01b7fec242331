"use client";

import { mapPayload, TriggerMapping } from "@crew/contracts/trigger-mapping";
import { useState } from "react";
import { Field } from "../../ui/field.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { samplePayload } from "./trigger-curl.ts";

/** An event to try the mapping with: what the crew would be given, before anything is sent. */
export function MappingTrial({ mapping }: { mapping: TriggerMapping }) {
  const paths = Object.values(mapping.inputs).filter((value) => typeof value === "string");
  const [written, setWritten] = useState<string | null>(null);
  const sample = written ?? samplePayload(paths);
  const trial = tryMapping(mapping, sample);
  return (
    <div className="flex flex-col gap-2">
      <Field label="Try it with an event" hint="Paste one of the sender's events. Nothing is sent." error={trial.fault}>
        <Textarea
          className="font-mono text-xs"
          rows={4}
          spellCheck={false}
          value={sample}
          onChange={(event) => setWritten(event.target.value)}
        />
      </Field>
      {trial.given.length > 0 ? (
        <dl aria-label="What the crew would be given" className="flex flex-col gap-1 rounded-md border border-line bg-sunken p-3 text-sm">
          {trial.given.map(({ name, value, isMissing }) => (
            <div key={name} className="flex min-w-0 gap-2">
              <dt className="shrink-0 font-mono text-xs leading-5 text-faint">{name}</dt>
              <dd className={isMissing ? "text-bad" : "min-w-0 break-words"}>{value}</dd>
            </div>
          ))}
        </dl>
      ) : null}
    </div>
  );
}

const MOST_CHARACTERS = 300;

function tryMapping(mapping: TriggerMapping, sample: string) {
  let payload: unknown;
  try {
    payload = JSON.parse(sample);
  } catch {
    return { fault: "This is not JSON.", given: [] };
  }
  if (!TriggerMapping.safeParse(mapping).success) return { fault: undefined, given: [] };
  const { inputs, missing } = mapPayload(mapping, payload);
  const found = Object.entries(inputs).map(([name, value]) => ({ name, value: shortText(value), isMissing: false }));
  const lacking = missing.map(({ input, path }) => ({ name: input, value: `nothing at ${path}`, isMissing: true }));
  return { fault: undefined, given: [...found, ...lacking] };
}

function shortText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
