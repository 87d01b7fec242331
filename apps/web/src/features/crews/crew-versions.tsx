"use client";

import type { Crew, CrewVersion } from "@crew/contracts/crews";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { crewVersionsQuery } from "../../data/crew-queries.ts";
import { Badge } from "../../ui/badge.tsx";
import { Code } from "../../ui/code.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Pager } from "../../ui/pager.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";

/** Every version that was ever saved, to read: runs stay bound to the one they started with. */
export default function CrewVersions({ crew, onClose }: { crew: Crew; onClose: () => void }) {
  const versions = useInfiniteQuery(crewVersionsQuery(crew.id));
  const rows = versions.data?.pages.flatMap((page) => page.data) ?? [];
  const [open, setOpen] = useState<number | null>(null);
  return (
    <Drawer open onClose={onClose} title={`Versions of ${crew.name}`}>
      {versions.isPending ? <SkeletonRows rows={4} /> : null}
      {versions.isError ? (
        <ErrorState error={versions.error} what="The versions could not be read" onRetry={() => void versions.refetch()} />
      ) : null}
      <ul className="flex flex-col">
        {rows.map((version) => (
          <li key={version.version} className="border-b border-line last:border-b-0">
            <button
              type="button"
              aria-expanded={open === version.version}
              onClick={() => setOpen(open === version.version ? null : version.version)}
              className="flex h-11 w-full items-center gap-3 rounded-md px-1 text-left hover:bg-hover"
            >
              <span className="font-medium">Version {version.version}</span>
              {version.version === crew.version ? <Badge tone="accent">current</Badge> : null}
              <span className="truncate text-xs text-faint">{sizeOf(version)}</span>
              <RelativeTime at={version.createdAt} className="ml-auto text-xs whitespace-nowrap text-faint" />
            </button>
            {open === version.version ? (
              <Code className="mb-3" label={`Version ${version.version} as JSON`} text={JSON.stringify(version.definition, null, 2)} />
            ) : null}
          </li>
        ))}
      </ul>
      {rows.length > 0 ? (
        <Pager
          shown={rows.length}
          noun={rows.length === 1 ? "version" : "versions"}
          hasMore={versions.hasNextPage}
          busy={versions.isFetchingNextPage}
          onMore={() => void versions.fetchNextPage()}
        />
      ) : null}
    </Drawer>
  );
}

function sizeOf({ definition }: CrewVersion): string {
  return `${definition.agents.length} agents, ${definition.tasks.length} tasks, ${definition.model}`;
}
