"use client";

import type { NewApiKey } from "@crew/contracts/api-keys";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Code } from "../../ui/code.tsx";

/** The one moment at which the key can be read, with a command that proves it works. */
export function ShownOnceKey({ created, onDone }: { created: NewApiKey; onDone: () => void }) {
  return (
    <Card
      title={`Key “${created.name}” is ready`}
      note="Copy it now: it is shown this once and kept only as a hash."
      className="border-accent"
      actions={
        <Button size="sm" onClick={onDone}>
          I have copied it
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <Code label="The new API key" text={created.key} wrap />
        <p className="text-sm text-muted">Try it: list your crews, then start one with its id.</p>
        <Code label="Example with curl" text={curlExample(created.key, location.origin)} />
      </div>
    </Card>
  );
}

function curlExample(key: string, origin: string): string {
  return [
    `curl ${origin}/v1/crews \\`,
    `  -H "Authorization: Bearer ${key}"`,
    "",
    `curl ${origin}/v1/crews/CREW_ID/runs \\`,
    `  -H "Authorization: Bearer ${key}" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '{"inputs": {"topic": "solar power"}}'`,
  ].join("\n");
}
