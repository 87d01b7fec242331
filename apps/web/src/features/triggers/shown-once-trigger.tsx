"use client";

import type { NewTrigger } from "@crew/contracts/triggers";
import { Code } from "../../ui/code.tsx";
import { ShownOnce } from "../../ui/shown-once.tsx";
import { curlOf, samplePayload } from "./trigger-curl.ts";

export interface ShownOnceTriggerProps {
  trigger: NewTrigger;
  isRotated: boolean;
  onDone: () => void;
}

/** The one moment at which the signing secret can be read, with all that a sender needs. */
export function ShownOnceTrigger({ trigger, isRotated, onDone }: ShownOnceTriggerProps) {
  const paths = Object.values(trigger.mapping.inputs).filter((value) => typeof value === "string");
  return (
    <ShownOnce
      title={isRotated ? `The new signing secret of ${trigger.name}` : `${trigger.name} takes events from now on`}
      note="Copy the secret now: it is shown this once."
      label="Signing secret"
      text={trigger.secret}
      onDone={onDone}
    >
      <div className="flex flex-col gap-1">
        <h3 className="text-sm font-medium">The address to send to</h3>
        <Code label="Address" text={trigger.url} wrap />
      </div>
      <p className="text-sm text-muted">
        The sender signs each event with the secret, by the Standard Webhooks rules; there are libraries for it in every language.
        {isRotated ? " The former secret is good for another day." : ""}
      </p>
      <details>
        <summary className="cursor-pointer text-sm font-medium">Try it from a shell</summary>
        <Code label="A signed request with curl" text={curlOf(trigger.url, trigger.secret, samplePayload(paths))} className="mt-2" />
      </details>
    </ShownOnce>
  );
}
