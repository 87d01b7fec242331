"use client";

import { useQuery } from "@tanstack/react-query";
import { FileText } from "lucide-react";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatCount } from "../../ui/format-figures.ts";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { ClampedText } from "./clamped-text.tsx";
import { runDefinitionQuery } from "./run-queries.ts";

/** What the run was started with. */
export function GivenInputs({ runId }: { runId: string }) {
  const query = useQuery(runDefinitionQuery(runId));
  if (query.isError) return <ErrorState error={query.error} what="The inputs could not be read" onRetry={() => void query.refetch()} />;
  if (!query.data) return <SkeletonRows rows={3} />;
  const inputs = Object.entries(query.data.inputs);
  const { documents } = query.data;
  if (inputs.length === 0 && documents.length === 0) {
    return <EmptyState title="No inputs">This run was started without inputs or documents.</EmptyState>;
  }
  return (
    <div className="flex flex-col gap-4">
      {inputs.length > 0 ? (
        <dl className="flex flex-col gap-3">
          {inputs.map(([name, value]) => (
            <div key={name} className="min-w-0">
              <dt className="font-mono text-xs text-faint">{name}</dt>
              <dd className="text-sm">
                <ClampedText text={typeof value === "string" ? value : JSON.stringify(value, null, 2)} limit={600}>
                  {(text) => <span className="break-words whitespace-pre-wrap">{text}</span>}
                </ClampedText>
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
      {documents.length > 0 ? (
        <ul className="flex flex-col gap-2" aria-label="Documents">
          {documents.map((document) => (
            <li key={document.name} className="flex h-9 items-center gap-2 rounded-md border border-line bg-sunken px-2.5 text-sm">
              <FileText aria-hidden="true" className="size-4 shrink-0 text-faint" />
              <span className="min-w-0 flex-1 truncate">{document.name}</span>
              <span className="shrink-0 text-xs text-faint">{formatCount(document.characters)} characters</span>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
