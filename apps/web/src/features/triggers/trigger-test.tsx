"use client";

import type { Trigger } from "@crew/contracts/triggers";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { triggerEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Code } from "../../ui/code.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { Field } from "../../ui/field.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { curlOf, samplePayload } from "./trigger-curl.ts";

/** An event of one's own, signed and taken in like any other. */
export function TriggerTest({ trigger }: { trigger: Trigger }) {
  const queries = useQueryClient();
  const paths = Object.values(trigger.mapping.inputs).filter((value) => typeof value === "string");
  const [payload, setPayload] = useState(() => samplePayload(paths));
  const send = useMutation({
    mutationFn: () => callApi(triggerEndpoints.test, { params: { triggerId: trigger.id }, body: { payload } }),
    onSuccess: (delivery) => {
      if (delivery.state === "started") showToast("The event has started a run");
      else showToast("The event started nothing", { tone: "bad", detail: delivery.why ?? "" });
      return queries.invalidateQueries({ queryKey: ["triggers"] });
    },
    onError: (error) => showToast("Nothing was sent", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <>
      <details>
        <summary className="cursor-pointer text-sm font-medium">Send a test event</summary>
        <div className="mt-2 flex flex-col items-start gap-2">
          <Field label="The event" hint="It is signed, checked and mapped like any other, and starts a real run." className="w-full">
            <Textarea
              className="font-mono text-xs"
              rows={4}
              spellCheck={false}
              value={payload}
              onChange={(event) => setPayload(event.target.value)}
            />
          </Field>
          <Button
            size="sm"
            icon={<Send className="size-3.5" />}
            disabled={!trigger.isEnabled}
            busy={send.isPending}
            onClick={() => send.mutate()}
          >
            Send it
          </Button>
        </div>
      </details>
      <details>
        <summary className="cursor-pointer text-sm font-medium">Send one from a shell</summary>
        <Code label="A signed request with curl" text={curlOf(trigger.url, "whsec_…", payload)} className="mt-2" />
      </details>
    </>
  );
}
