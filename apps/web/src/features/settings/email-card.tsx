"use client";

import type { Me } from "@crew/contracts/session";
import { useMutation, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { installationQuery } from "../../data/session-queries.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { showToast } from "../../ui/toast-store.ts";
import { callAuth } from "../sessions/auth-calls.ts";

const ChangeEmailDialog = lazy(() => import("./change-email-dialog.tsx"));

interface SessionAnswer {
  user?: { emailVerified?: boolean };
}

/** The address, whether it is confirmed, and the way to another one. */
export function EmailCard({ me }: { me: Me }) {
  const session = useQuery({ queryKey: ["session-user"], queryFn: () => callAuth<SessionAnswer | null>("/get-session") });
  const sendsMail = useQuery(installationQuery).data?.sendsMail ?? true;
  const [isChanging, setChanging] = useState(false);
  const isVerified = session.data?.user?.emailVerified;
  const send = useMutation({
    mutationFn: () => callAuth("/send-verification-email", {}),
    onSuccess: () =>
      showToast(
        `A mail to ${me.email} is on its way`,
        sendsMail ? {} : { detail: "This installation keeps its mails in a folder: ask whoever runs it." },
      ),
    onError: (error) => showToast("No mail was sent", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <Card
      title="E-mail"
      note="Where links to a new password and about your account go."
      actions={
        isVerified === undefined ? null : <Badge tone={isVerified ? "good" : "warn"}>{isVerified ? "confirmed" : "not confirmed"}</Badge>
      }
    >
      <div className="flex flex-wrap items-center gap-3">
        <span className="min-w-0 flex-[1_1_14rem] break-words">{me.email}</span>
        {isVerified === false ? (
          <Button busy={send.isPending} onClick={() => send.mutate()}>
            Send a link to confirm it
          </Button>
        ) : null}
        <Button onClick={() => setChanging(true)}>Change…</Button>
      </div>
      <Suspense fallback={null}>{isChanging ? <ChangeEmailDialog onClose={() => setChanging(false)} /> : null}</Suspense>
    </Card>
  );
}
