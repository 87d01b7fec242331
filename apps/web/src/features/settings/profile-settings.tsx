"use client";

import type { Me } from "@crew/contracts/session";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { LogOut } from "lucide-react";
import { lazy, Suspense } from "react";
import { meQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { Skeleton } from "../../ui/skeleton.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { signOut } from "../sessions/auth-calls.ts";
import { DeleteAccountCard } from "./delete-account-card.tsx";
import { EmailCard } from "./email-card.tsx";
import { NameCard } from "./name-card.tsx";

const CredentialsForm = lazy(() => import("./credentials-form.tsx"));

export function ProfileSettings() {
  const me = useQuery(meQuery).data;
  if (!me) return null;
  return (
    <>
      {me.isLocalOwner ? (
        <LocalOwnerCard me={me} />
      ) : (
        <>
          <NameCard me={me} />
          <EmailCard me={me} />
          <SignOutCard />
          <DeleteAccountCard />
        </>
      )}
    </>
  );
}

function LocalOwnerCard({ me }: { me: Me }) {
  return (
    <Card title="Choose e-mail and password" note="You are the local owner: signed in by the link of the terminal, without an account.">
      <Suspense fallback={<Skeleton className="h-64" />}>
        <CredentialsForm name={me.name} />
      </Suspense>
    </Card>
  );
}

function SignOutCard() {
  const queries = useQueryClient();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      queries.clear();
      // A full load: nothing of the session may stay in memory.
      location.assign("/sign-in");
    },
    onError: (error) => showToast("You are still signed in", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <Card title="Session">
      <Button busy={leave.isPending || leave.isSuccess} icon={<LogOut className="size-4" />} onClick={() => leave.mutate()}>
        Sign out
      </Button>
    </Card>
  );
}
