"use client";

import type { Member } from "@crew/contracts/members";
import type { Me } from "@crew/contracts/session";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { membersQuery } from "../../data/people-queries.ts";
import { meQuery } from "../../data/session-queries.ts";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { PagedTable } from "../../ui/paged-table.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import type { Column } from "../../ui/table.tsx";
import { InvitationsCard } from "../invitations/invitations-card.tsx";
import { MemberRoleSelect } from "./member-role-select.tsx";
import { RemoveMemberDialog } from "./remove-member-dialog.tsx";
import { WhomToAsk } from "./whom-to-ask.tsx";

export function MembersSettings() {
  const me = useQuery(meQuery).data;
  return me ? <Members me={me} /> : null;
}

function Members({ me }: { me: Me }) {
  const members = useInfiniteQuery(membersQuery(me.workspace.id));
  const [doomed, setDoomed] = useState<Member | null>(null);
  const mayWrite = me.permissions.includes("members:write");
  return (
    <>
      {mayWrite ? <InvitationsCard /> : null}
      <Card
        flush
        title="Members"
        note={
          mayWrite ? (
            "Who works in this workspace, and as what."
          ) : (
            <>
              You see who is here; changing roles is for those who manage members. <WhomToAsk />
            </>
          )
        }
      >
        <PagedTable
          list={members}
          noun={["member", "members"]}
          caption="Members"
          columns={columns(me, mayWrite, setDoomed)}
          rowKey={(member) => member.userId}
          empty={null}
        />
      </Card>
      <RemoveMemberDialog workspaceId={me.workspace.id} member={doomed} onClose={() => setDoomed(null)} />
    </>
  );
}

function columns(me: Me, mayWrite: boolean, onRemove: (member: Member) => void): Column<Member>[] {
  // The owner is changed by a transfer alone; one's own role by somebody else, and leaving is its own act.
  const isFixed = (member: Member) => !mayWrite || member.role === "owner" || member.userId === me.userId;
  return [
    {
      id: "name",
      header: "Name",
      cell: (member) => (
        <div className="min-w-0">
          <p className="truncate font-medium">
            {member.name} {member.userId === me.userId ? <Badge>you</Badge> : null}
          </p>
          <p className="truncate text-xs text-faint">{member.email ?? "no e-mail yet"}</p>
        </div>
      ),
    },
    {
      id: "role",
      header: "Role",
      className: "w-36",
      cell: (member) =>
        isFixed(member) ? (member.customRoleName ?? member.role) : <MemberRoleSelect workspaceId={me.workspace.id} member={member} />,
    },
    {
      id: "factor",
      header: "Second factor",
      className: "w-28 max-md:hidden",
      cell: (member) => (member.secondFactor ? <Badge tone="good">on</Badge> : <span className="text-xs text-faint">off</span>),
    },
    {
      id: "seen",
      header: "Last seen",
      className: "w-28 text-xs text-muted max-sm:hidden",
      cell: (member) => (member.lastSeenAt ? <RelativeTime at={member.lastSeenAt} /> : "never"),
    },
    ...(mayWrite
      ? [
          {
            id: "remove",
            header: <span className="sr-only">Actions</span>,
            className: "w-14",
            align: "right" as const,
            cell: (member: Member) =>
              isFixed(member) ? null : <IconButton label={`Remove ${member.name}`} icon={<Trash2 />} onClick={() => onRemove(member)} />,
          },
        ]
      : []),
  ];
}
