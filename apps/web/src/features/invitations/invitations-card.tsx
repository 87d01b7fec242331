"use client";

import type { Invitation, NewInvitation } from "@crew/contracts/invitations";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, RotateCw, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { invitationEndpoints } from "../../data/endpoints.ts";
import { openInvitationsQuery } from "../../data/people-queries.ts";
import { installationQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { PagedTable } from "../../ui/paged-table.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { ShownOnce } from "../../ui/shown-once.tsx";
import type { Column } from "../../ui/table.tsx";
import { showToast } from "../../ui/toast-store.ts";

const InviteDialog = lazy(() => import("./invite-dialog.tsx"));

/** Invitations that nobody has answered yet, and a new one. */
export function InvitationsCard() {
  const queries = useQueryClient();
  const invitations = useInfiniteQuery(openInvitationsQuery);
  const sendsMail = useQuery(installationQuery).data?.sendsMail ?? false;
  const [isInviting, setInviting] = useState(false);
  const [fresh, setFresh] = useState<NewInvitation | null>(null);
  const reread = () => queries.invalidateQueries({ queryKey: ["invitations"] });

  const resend = useMutation({
    mutationFn: ({ id }: Invitation) => callApi(invitationEndpoints.resend, { params: { invitationId: id } }),
    onSuccess: (invitation) => {
      setFresh(invitation);
      return reread();
    },
    onError: (error) => showToast("No new link was made", { tone: "bad", detail: explainError(error).reason }),
  });
  const revoke = useMutation({
    mutationFn: ({ id }: Invitation) => callApi(invitationEndpoints.revoke, { params: { invitationId: id } }),
    onSuccess: (_, { email }) => {
      showToast(`The invitation of ${email} counts no more`);
      return reread();
    },
    onError: (error) => showToast("The invitation was not revoked", { tone: "bad", detail: explainError(error).reason }),
  });

  return (
    <>
      {fresh ? (
        <ShownOnce
          title={`${fresh.email} is invited`}
          note={`${sendsMail ? "The link went out by mail too." : "No mail is sent here: hand the link over yourself."} It holds for 7 days and is shown this once.`}
          label="Link of the invitation"
          text={fresh.link}
          onDone={() => setFresh(null)}
        />
      ) : null}
      <Card
        flush
        title="Invitations"
        note="Open ones. The link works for the address that it was made for."
        actions={
          <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => setInviting(true)}>
            Invite
          </Button>
        }
      >
        <PagedTable
          list={invitations}
          noun={["invitation", "invitations"]}
          caption="Open invitations"
          columns={columns(resend.mutate, revoke.mutate)}
          rowKey={(invitation) => invitation.id}
          empty={<EmptyState title="Nobody is invited right now" />}
        />
      </Card>
      <Suspense fallback={null}>
        {isInviting ? (
          <InviteDialog
            onClose={() => setInviting(false)}
            onInvited={(invitation) => {
              setFresh(invitation);
              setInviting(false);
              void reread();
            }}
          />
        ) : null}
      </Suspense>
    </>
  );
}

function columns(onResend: (one: Invitation) => void, onRevoke: (one: Invitation) => void): Column<Invitation>[] {
  return [
    { id: "email", header: "E-mail", cell: (one) => <span title={one.email}>{one.email}</span> },
    { id: "role", header: "As", className: "w-28", cell: (one) => one.customRoleName ?? one.role },
    { id: "by", header: "By", className: "w-32 text-muted max-md:hidden", cell: (one) => one.invitedBy ?? "somebody who left" },
    {
      id: "expires",
      header: "Expires",
      className: "w-24 text-xs text-muted max-sm:hidden",
      cell: (one) => <RelativeTime at={one.expiresAt} />,
    },
    {
      id: "actions",
      header: <span className="sr-only">Actions</span>,
      className: "w-22",
      align: "right",
      cell: (one) => (
        <>
          <IconButton label={`New link for ${one.email}`} icon={<RotateCw />} onClick={() => onResend(one)} />
          <IconButton label={`Revoke the invitation of ${one.email}`} icon={<Trash2 />} onClick={() => onRevoke(one)} />
        </>
      ),
    },
  ];
}
