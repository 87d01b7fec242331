"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { callApi } from "../../data/call-api.ts";
import { oauthGrantEndpoints } from "../../data/endpoints.ts";
import { meQuery } from "../../data/session-queries.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { useHydrated } from "../../ui/use-hydrated.ts";
import { useNavigate } from "../../ui/use-navigate.ts";
import { SessionCard } from "../sessions/session-card.tsx";
import { ConsentForm } from "./consent-form.tsx";

/** Where an app that asks for access sends the person: who asks, for what, in which workspace. */
export function ConsentPage() {
  const isHydrated = useHydrated();
  const requestId = isHydrated ? new URLSearchParams(location.search).get("request") : undefined;
  const me = useQuery(meQuery);
  const { replace } = useNavigate();
  const mustSignIn = me.data === null;
  const request = useQuery({
    queryKey: ["oauth-request", requestId],
    queryFn: ({ signal }) => callApi(oauthGrantEndpoints.getRequest, { params: { requestId: requestId ?? "" }, signal }),
    enabled: Boolean(me.data && requestId),
    retry: false,
  });

  useEffect(() => {
    if (mustSignIn) replace(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  }, [mustSignIn, replace]);

  return (
    <SessionCard
      title={request.data ? `${request.data.client.name} asks for access` : "An app asks for access"}
      note={me.data ? `You are signed in as ${me.data.email ?? me.data.name}.` : undefined}
    >
      {requestId === null ? <p>This address names no request. Go back to the app and begin once more.</p> : null}
      {me.isError ? (
        <ErrorState error={me.error} what="The console could not find out who you are" onRetry={() => void me.refetch()} />
      ) : null}
      {request.isError ? (
        <ErrorState error={request.error} what="This request cannot be answered" kept="Go back to the app and begin once more." />
      ) : null}
      {requestId !== null && !request.data && !request.isError && !me.isError ? <Skeleton className="h-56" /> : null}
      {request.data ? <ConsentForm request={request.data} /> : null}
    </SessionCard>
  );
}
