"use client";

import type { Tool } from "@crew/contracts/tools";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { toolsQuery } from "../../data/tools-query.ts";
import { PageBody } from "../../shell/page-body.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { Card } from "../../ui/card.tsx";
import { Code } from "../../ui/code.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { ToolClassBadge, toolClassMeaning } from "./tool-class.tsx";

export function ToolList() {
  const tools = useQuery(toolsQuery);
  const [shown, setShown] = useState<Tool | null>(null);
  return (
    <>
      <PageHeader title="Tools" />
      <PageBody>
        <p className="max-w-160 text-muted">
          What agents can do beside writing. Give an agent its tools in the crew editor; each use shows in the run as a receipt with its
          arguments and its result.
        </p>
        <Card flush>
          {tools.isPending ? <SkeletonRows rows={4} /> : null}
          {tools.isError ? (
            <ErrorState error={tools.error} what="The tools could not be read" onRetry={() => void tools.refetch()} />
          ) : null}
          {tools.data?.length === 0 ? <EmptyState title="No tools">This server offers none.</EmptyState> : null}
          <ul>
            {tools.data?.map((tool) => (
              <li
                key={tool.id}
                className="relative flex items-center gap-4 border-b border-line px-4 py-3 last:border-b-0 hover:bg-hover/60"
              >
                <div className="min-w-0 flex-1">
                  <button
                    type="button"
                    data-row
                    onClick={() => setShown(tool)}
                    className="rounded-sm font-mono text-sm font-medium after:absolute after:inset-0"
                  >
                    {tool.name}
                  </button>
                  <p className="line-clamp-2 text-sm text-muted">{tool.description}</p>
                </div>
                <ToolClassBadge value={tool.class} />
              </li>
            ))}
          </ul>
        </Card>
      </PageBody>
      <Drawer open={shown !== null} onClose={() => setShown(null)} title={<span className="font-mono">{shown?.name}</span>}>
        {shown ? (
          <div className="flex flex-col gap-4">
            <p>{shown.description}</p>
            <p className="flex items-start gap-2 text-sm text-muted">
              <ToolClassBadge value={shown.class} /> {toolClassMeaning(shown.class)}
            </p>
            <div className="flex flex-col gap-1">
              <h3 className="text-sm font-medium">Arguments</h3>
              <Code label="JSON Schema of the arguments" text={JSON.stringify(shown.parameters, null, 2)} />
            </div>
          </div>
        ) : null}
      </Drawer>
    </>
  );
}
