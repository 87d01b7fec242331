"use client";

import type { Crew, CrewInput, CrewVersion } from "@crew/contracts/crews";
import { useInfiniteQuery } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { crewVersionsQuery } from "../../data/crew-queries.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Code } from "../../ui/code.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Pager } from "../../ui/pager.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { crewDifferences } from "./crew-differences.ts";
import { crewInputOf, inputOfVersion } from "./crew-input-of.ts";
import { DifferenceList } from "./difference-list.tsx";

export interface CrewVersionsProps {
  crew: Crew;
  busy: boolean;
  onRestore: (older: CrewInput) => void;
  onClose: () => void;
}

/** Every version that was ever saved, to read, compare and bring back: runs stay bound to the one they started with. */
export default function CrewVersions({ crew, busy, onRestore, onClose }: CrewVersionsProps) {
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
              <span className="font-medium whitespace-nowrap">Version {version.version}</span>
              {version.version === crew.version ? <Badge tone="accent">current</Badge> : null}
              <span className="truncate text-xs text-faint">{sizeOf(version)}</span>
              <RelativeTime at={version.createdAt} className="ml-auto text-xs whitespace-nowrap text-faint" />
            </button>
            {open === version.version ? <OpenVersion crew={crew} version={version} busy={busy} onRestore={onRestore} /> : null}
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

interface OpenVersionProps {
  crew: Crew;
  version: CrewVersion;
  busy: boolean;
  onRestore: (older: CrewInput) => void;
}

/** What it says differently from today's version, and all of it as JSON. */
function OpenVersion({ crew, version, busy, onRestore }: OpenVersionProps) {
  const older = inputOfVersion(crew, version.definition);
  const differences = crewDifferences(older, crewInputOf(crew));
  return (
    <div className="flex flex-col gap-3 pb-4">
      {differences.length > 0 ? (
        <>
          <DifferenceList
            differences={differences}
            mineTitle={`Version ${version.version}`}
            theirsTitle={`Version ${crew.version}, current`}
          />
          <div className="flex flex-wrap items-center gap-3">
            <Button busy={busy} icon={<RotateCcw className="size-3.5" />} onClick={() => onRestore(older)}>
              Restore as version {crew.version + 1}
            </Button>
            <span className="text-xs text-faint">Nothing is lost: version {crew.version} stays in this list.</span>
          </div>
        </>
      ) : version.version === crew.version ? null : (
        <p className="text-sm text-muted">Its agents and tasks are those of the current version.</p>
      )}
      <Code label={`Version ${version.version} as JSON`} text={JSON.stringify(version.definition, null, 2)} />
    </div>
  );
}

function sizeOf({ definition }: CrewVersion): string {
  return `${definition.agents.length} agents, ${definition.tasks.length} tasks, ${definition.model}`;
}
