"use client";

import type { OpenInvitation } from "@crew/contracts/invitations";
import { useMutation, useQuery } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { chooseWorkspace } from "../../data/chosen-workspace.ts";
import { invitationEndpoints } from "../../data/endpoints.ts";
import { meQuery } from "../../data/session-queries.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { forgetAddressToken } from "../sessions/address-token.ts";
import { signOut } from "../sessions/auth-calls.ts";
import { FormError } from "../sessions/form-error.tsx";
import { SessionCard } from "../sessions/session-card.tsx";
import { SignUpFields } from "../sessions/sign-up-form.tsx";
import { useAddressToken } from "../sessions/use-address-token.ts";

/** Where the link of an invitation leads: sign up or sign in, then join. */
export function InvitationPage() {
  const token = useAddressToken();
  const me = useQuery(meQuery);
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: ({ signal }) => callApi(invitationEndpoints.lookup, { body: { token: token ?? "" }, signal }),
    enabled: typeof token === "string",
    retry: false,
  });
  const isWaiting = token === undefined || (token !== null && invitation.isPending) || me.isPending;
  return (
    <SessionCard
      title={invitation.data ? `Join ${invitation.data.workspaceName}` : "An invitation"}
      note={invitation.data ? <Offer invitation={invitation.data} /> : undefined}
    >
      {isWaiting ? <Skeleton className="h-32" /> : null}
      {token === null ? <p>This address lacks the invitation's token. Open the link once more, or ask for a new one.</p> : null}
      {invitation.isError && token ? (
        <ErrorState error={invitation.error} what="This invitation cannot be used" kept="Ask whoever invited you for a new link." />
      ) : null}
      {token && invitation.data && !isWaiting ? <Answer token={token} invitation={invitation.data} email={me.data?.email ?? null} /> : null}
    </SessionCard>
  );
}

function Offer({ invitation }: { invitation: OpenInvitation }) {
  return (
    <>
      {invitation.invitedBy ?? "Somebody"} invites {invitation.email} as {invitation.roleName}. Expires{" "}
      <RelativeTime at={invitation.expiresAt} />.
    </>
  );
}

function Answer({ token, invitation, email }: { token: string; invitation: OpenInvitation; email: string | null }) {
  const join = useMutation({
    mutationFn: () => callApi(invitationEndpoints.accept, { body: { token } }),
    onSuccess: (workspace) => enter(workspace.id),
  });
  if (email?.toLowerCase() === invitation.email.toLowerCase()) {
    return (
      <div className="flex flex-col gap-4">
        <p>You are signed in as {email}.</p>
        {join.isError ? <FormError text={explainError(join.error).reason} /> : null}
        <Button variant="primary" busy={join.isPending || join.isSuccess} onClick={() => join.mutate()}>
          Join the workspace
        </Button>
      </div>
    );
  }
  if (email !== null) return <WrongAccount mine={email} invited={invitation.email} />;
  if (!invitation.hasAccount) {
    return <SignUpFields email={invitation.email} invitation={token} onDone={async () => enter(null)} />;
  }
  return (
    <div className="flex flex-col gap-4">
      <p>{invitation.email} has an account here. Sign in with it, then you are asked to join.</p>
      <RouteLink href={`/sign-in?next=${encodeURIComponent("/invitation")}`} className={buttonClass("primary")}>
        Sign in
      </RouteLink>
    </div>
  );
}

function WrongAccount({ mine, invited }: { mine: string; invited: string }) {
  const leave = useMutation({ mutationFn: signOut, onSuccess: () => location.reload() });
  return (
    <div className="flex flex-col gap-4">
      <p>
        You are signed in as {mine}, but the invitation is for {invited}. Sign out and take it with that account.
      </p>
      {leave.isError ? <FormError text={explainError(leave.error).reason} /> : null}
      <Button busy={leave.isPending} onClick={() => leave.mutate()}>
        Sign out
      </Button>
    </div>
  );
}

/** A full load: whatever was read for another workspace is gone from memory. Who has just signed up has only this one. */
function enter(workspaceId: string | null): void {
  forgetAddressToken();
  chooseWorkspace(workspaceId);
  location.assign("/");
}
