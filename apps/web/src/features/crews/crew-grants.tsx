"use client";

import type { CrewGrant, CrewPermission } from "@crew/contracts/crew-grants";
import type { Crew } from "@crew/contracts/crews";
import { infiniteQueryOptions, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { callApi } from "../../data/call-api.ts";
import { crewGrantEndpoints } from "../../data/endpoints.ts";
import { Drawer } from "../../ui/drawer.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { PagedTable } from "../../ui/paged-table.tsx";
import type { Column } from "../../ui/table.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { CREW_PERMISSION_WORDS, GrantForm } from "./grant-form.tsx";

/** Who may do more with this crew than their role says. */
export default function CrewGrants({ crew, onClose }: { crew: Crew; onClose: () => void }) {
  const queries = useQueryClient();
  const grants = useInfiniteQuery(grantsQuery(crew.id));
  const rows = grants.data?.pages.flatMap((page) => page.data) ?? [];
  const reread = () => queries.invalidateQueries({ queryKey: ["crew", crew.id, "grants"] });
  const set = useMutation({
    mutationFn: ({ userId, permissions }: { userId: string; permissions: CrewPermission[] }) =>
      callApi(crewGrantEndpoints.set, { params: { crewId: crew.id, userId }, body: { permissions } }),
    onSuccess: ({ name }) => {
      showToast(`${name} may use this crew so`);
      return reread();
    },
  });
  const remove = useMutation({
    mutationFn: ({ userId }: CrewGrant) => callApi(crewGrantEndpoints.remove, { params: { crewId: crew.id, userId } }),
    onSuccess: (_, { name }) => {
      showToast(`${name} may do what the role says, and no more`);
      return reread();
    },
    onError: (error) => showToast("Nothing was taken back", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <Drawer open onClose={onClose} title={`Who may use ${crew.name}`}>
      <div className="flex flex-col gap-6">
        <p className="text-sm text-muted">Roles of the workspace count for every crew. Here somebody gets more, with this one alone.</p>
        <GrantForm
          grants={rows}
          busy={set.isPending}
          error={set.error}
          onGrant={(userId, permissions) => set.mutate({ userId, permissions })}
        />
        <PagedTable
          list={grants}
          noun={["person", "people"]}
          caption={`Grants on ${crew.name}`}
          columns={columns(remove.mutate)}
          rowKey={(grant) => grant.userId}
          empty={<EmptyState title="Nobody has more than the role says" />}
        />
      </div>
    </Drawer>
  );
}

function grantsQuery(crewId: string) {
  return infiniteQueryOptions({
    queryKey: ["crew", crewId, "grants"],
    queryFn: ({ pageParam, signal }) =>
      callApi(crewGrantEndpoints.list, { params: { crewId }, query: { limit: 50, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

function columns(onRemove: (grant: CrewGrant) => void): Column<CrewGrant>[] {
  return [
    {
      id: "name",
      header: "Who",
      cell: (grant) => (
        <div className="min-w-0">
          <p className="truncate font-medium">{grant.name}</p>
          <p className="truncate text-xs text-faint">{grant.email}</p>
        </div>
      ),
    },
    {
      id: "may",
      header: "May also",
      className: "text-sm text-muted",
      cell: (grant) => grant.permissions.map((permission) => CREW_PERMISSION_WORDS[permission]).join(", "),
    },
    {
      id: "actions",
      header: <span className="sr-only">Actions</span>,
      className: "w-12",
      align: "right",
      cell: (grant) => <IconButton label={`Take back from ${grant.name}`} icon={<Trash2 />} onClick={() => onRemove(grant)} />,
    },
  ];
}
