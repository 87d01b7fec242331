"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { callAuth } from "../sessions/auth-calls.ts";

interface Session {
  id: string;
  /** In words: "Firefox on Linux". */
  device: string;
  address: string | null;
  createdAt: string;
  lastUsedAt: string;
  isCurrent: boolean;
}

/** Every browser that is signed in as this person. */
export function SessionsCard() {
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: ["sessions"], queryFn: () => callAuth<Session[]>("/list-sessions") });
  const others = sessions.data?.filter((session) => !session.isCurrent) ?? [];
  const end = useMutation({
    mutationFn: (id: string | null) => (id === null ? callAuth("/revoke-other-sessions", {}) : callAuth("/revoke-session", { id })),
    onSuccess: (_, id) => showToast(id === null ? "Every other session has ended" : "The session has ended"),
    onError: (error) => showToast("No session was ended", { tone: "bad", detail: explainError(error).reason }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
  return (
    <Card
      flush
      title="Sessions"
      note="Where you are signed in. End what you do not know, and change the password."
      actions={
        others.length > 0 ? (
          <Button size="sm" busy={end.isPending && end.variables === null} onClick={() => end.mutate(null)}>
            End all others
          </Button>
        ) : null
      }
    >
      {sessions.isPending ? <SkeletonRows rows={2} /> : null}
      {sessions.isError ? (
        <ErrorState
          error={sessions.error}
          what="The sessions could not be read"
          onRetry={() => void sessions.refetch()}
          className="border-0"
        />
      ) : null}
      <ul>
        {sessions.data?.map((session) => (
          <li key={session.id} className="flex min-h-11 items-center gap-3 border-b border-line px-4 py-2 last:border-b-0">
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-center gap-2 font-medium">
                {session.device} {session.isCurrent ? <Badge tone="accent">this one</Badge> : null}
              </p>
              <p className="text-xs text-faint">
                {session.address ? `${session.address} · ` : ""}used <RelativeTime at={session.lastUsedAt} /> · signed in{" "}
                <RelativeTime at={session.createdAt} />
              </p>
            </div>
            {session.isCurrent ? null : (
              <Button
                size="sm"
                aria-label={`End the session of ${session.device}`}
                busy={end.isPending && end.variables === session.id}
                onClick={() => end.mutate(session.id)}
              >
                End
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
