"use client";

import type { Crew } from "@crew/contracts/crews";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { crewQuery } from "../../data/crew-queries.ts";
import { PageBody } from "../../shell/page-body.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { useRouteId } from "../../ui/use-route-id.ts";

// Starts to load with the page, beside the crew itself.
const editor = import("./crew-editor.tsx");
const CrewEditor = lazy(() => editor);
const CRUMBS = [{ label: "Crews", href: "/crews" }];

export function CrewPage() {
  const crewId = useRouteId();
  return crewId ? <LoadedCrew key={crewId} crewId={crewId} /> : null;
}

function LoadedCrew({ crewId }: { crewId: string }) {
  // The draft lives in the editor: a newer version in the background must not change the form under somebody's hands.
  const crew = useQuery({ ...crewQuery(crewId), staleTime: Number.POSITIVE_INFINITY, refetchOnMount: "always", refetchOnReconnect: false });
  const [opened, setOpened] = useState<Crew | null>(null);
  if (!opened && crew.data && !crew.isFetching) setOpened(crew.data);
  if (crew.isError && !opened) {
    const all = (
      <RouteLink href="/crews" className={buttonClass("ghost", "sm")}>
        All crews
      </RouteLink>
    );
    return (
      <>
        <PageHeader crumbs={CRUMBS} title="Not found" />
        <PageBody>
          <ErrorState error={crew.error} what="This crew could not be read" onRetry={() => void crew.refetch()} action={all} />
        </PageBody>
      </>
    );
  }
  return <Suspense fallback={<EditorSkeleton />}>{opened ? <CrewEditor crew={opened} /> : <EditorSkeleton />}</Suspense>;
}

function EditorSkeleton() {
  return (
    <>
      <PageHeader crumbs={CRUMBS} title={<Skeleton className="w-32" />} />
      <PageBody>
        <Skeleton className="h-40 rounded-lg" />
        <Skeleton className="h-56 rounded-lg" />
      </PageBody>
    </>
  );
}
