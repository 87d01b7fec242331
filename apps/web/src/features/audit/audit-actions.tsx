"use client";

import { urlOf } from "@crew/client/call";
import type { AuditFilter } from "@crew/contracts/audit";
import { useMutation } from "@tanstack/react-query";
import { Download, ShieldCheck } from "lucide-react";
import { callApi } from "../../data/call-api.ts";
import { downloadFrom } from "../../data/download-from.ts";
import { auditEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { verdictWords } from "./audit-words.ts";

/** Whether the log is whole, and the way to take it along. */
export function AuditActions({ filter }: { filter: AuditFilter }) {
  const verify = useMutation({ mutationFn: () => callApi(auditEndpoints.verify, { body: {} }) });
  const download = useMutation({
    mutationFn: (format: "ndjson" | "csv") =>
      downloadFrom(urlOf(auditEndpoints.export, { query: { ...filter, format } }), `audit-log.${format}`),
  });
  const verdict = verify.data;
  return (
    <Card title="Integrity" note="Rows form a chain, so that one that was changed, taken out or put in is found.">
      <div className="flex flex-col gap-3">
        <div className="flex flex-wrap gap-2">
          <Button variant="primary" icon={<ShieldCheck className="size-4" />} busy={verify.isPending} onClick={() => verify.mutate()}>
            Check the chain
          </Button>
          <Button
            icon={<Download className="size-4" />}
            busy={download.isPending && download.variables === "csv"}
            onClick={() => download.mutate("csv")}
          >
            Export CSV
          </Button>
          <Button
            icon={<Download className="size-4" />}
            busy={download.isPending && download.variables === "ndjson"}
            onClick={() => download.mutate("ndjson")}
          >
            Export JSON lines
          </Button>
        </div>
        <div role="status">
          {verdict ? (
            <p className={`rounded-md px-3 py-2 text-sm ${verdict.intact ? "bg-good-soft text-good" : "bg-bad-soft text-bad"}`}>
              {verdictWords(verdict)}
            </p>
          ) : null}
        </div>
        {verify.isError ? <ErrorState error={verify.error} what="The chain could not be checked" /> : null}
        {download.isError ? <ErrorState error={download.error} what="The log could not be exported" /> : null}
      </div>
    </Card>
  );
}
