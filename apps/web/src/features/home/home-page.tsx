"use client";

import { useQuery } from "@tanstack/react-query";
import { crewPickQuery } from "../../data/crew-queries.ts";
import { PageBody } from "../../shell/page-body.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ModelCard } from "./model-card.tsx";
import { OtherCrews } from "./other-crews.tsx";
import { pickReadyCrew } from "./pick-ready-crew.ts";
import { ReadyCrew } from "./ready-crew.tsx";
import { RunsNow } from "./runs-now.tsx";

/** A crew that is ready to run, what runs now, and the way to a real model: nothing else is asked of a newcomer. */
export function HomePage() {
  const crews = useQuery(crewPickQuery);
  const ready = crews.data ? pickReadyCrew(crews.data.data) : undefined;
  return (
    <>
      <PageHeader title="Home" />
      <PageBody className="mx-auto w-full max-w-320">
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(280px,360px)]">
          <div className="flex min-w-0 flex-col gap-4">
            {crews.isPending ? <Skeleton className="h-96 rounded-lg" /> : null}
            {crews.isError ? (
              <ErrorState error={crews.error} what="The crews could not be read" onRetry={() => void crews.refetch()} />
            ) : null}
            {ready ? <ReadyCrew key={ready.id} summary={ready} /> : null}
            {crews.data && !ready ? <NoCrew /> : null}
            <RunsNow />
          </div>
          <div className="flex min-w-0 flex-col gap-4">
            <OtherCrews crews={crews.data?.data.filter((crew) => crew.id !== ready?.id) ?? []} isPending={crews.isPending} />
            <ModelCard />
          </div>
        </div>
      </PageBody>
    </>
  );
}

function NoCrew() {
  return (
    <EmptyState
      title="No crew yet"
      className="rounded-lg border border-line bg-surface"
      action={
        <RouteLink href="/crews?new=1" className={buttonClass("primary")}>
          New crew
        </RouteLink>
      }
    >
      A crew is a few agents and the tasks they do one after another, such as “find five facts on {"{topic}"}, then write a brief”.
    </EmptyState>
  );
}
