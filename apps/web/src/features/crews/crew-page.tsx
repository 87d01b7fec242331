"use client";

import { useQuery } from "@tanstack/react-query";
import { crewQuery } from "../../data/crew-queries.ts";
import { PageBody } from "../../shell/page-body.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { useRouteId } from "../../ui/use-route-id.ts";
import { CrewEditor } from "./crew-editor.tsx";

const CRUMBS = [{ label: "Crews", href: "/crews" }];

export function CrewPage() {
  const crewId = useRouteId();
  return crewId ? <LoadedCrew key={crewId} crewId={crewId} /> : null;
}

function LoadedCrew({ crewId }: { crewId: string }) {
  // The draft lives in the editor: a newer version in the background must not change the form under somebody's hands.
  const crew = useQuery({ ...crewQuery(crewId), staleTime: Number.POSITIVE_INFINITY, refetchOnMount: "always" });
  if (crew.data && !(crew.isFetching && crew.isStale)) return <CrewEditor crew={crew.data} />;
  return (
    <>
      <PageHeader crumbs={CRUMBS} title={crew.isError ? "Not found" : <Skeleton className="w-32" />} />
      <PageBody>
        {crew.isError ? (
          <ErrorState
            error={crew.error}
            what="This crew could not be read"
            onRetry={() => void crew.refetch()}
            action={
              <RouteLink href="/crews" className={buttonClass("ghost", "sm")}>
                All crews
              </RouteLink>
            }
          />
        ) : (
          <>
            <Skeleton className="h-40 rounded-lg" />
            <Skeleton className="h-56 rounded-lg" />
          </>
        )}
      </PageBody>
    </>
  );
}
