"use client";

import { useQuery } from "@tanstack/react-query";
import { Check, ChevronsUpDown, Settings } from "lucide-react";
import { useState } from "react";
import { workspacesQuery } from "../data/people-queries.ts";
import { meQuery } from "../data/session-queries.ts";
import { enterWorkspace } from "../features/workspaces/enter-workspace.ts";
import { DropdownMenu } from "../ui/dropdown-menu.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { useNavigate } from "../ui/use-navigate.ts";
import { WorkspaceMark } from "./workspace-mark.tsx";

/** Which workspace this window works in, and the way to another. The others are read when somebody reaches for them. */
export function WorkspaceSwitcher() {
  const me = useQuery(meQuery).data;
  const [isNear, setNear] = useState(false);
  const workspaces = useQuery({ ...workspacesQuery, enabled: isNear && Boolean(me) }).data ?? [];
  const { push } = useNavigate();
  if (!me) {
    return (
      <div className="flex h-8 items-center gap-2 px-1">
        <WorkspaceMark />
        <Skeleton className="w-24" />
      </div>
    );
  }
  const reach = () => setNear(true);
  return (
    <DropdownMenu
      align="start"
      trigger={
        <button
          type="button"
          title={me.workspace.name}
          onPointerEnter={reach}
          onFocus={reach}
          className="flex h-8 min-w-0 items-center gap-2 rounded-md px-1 text-left hover:bg-hover"
        >
          <WorkspaceMark />
          <span className="min-w-0 flex-1 truncate font-medium">{me.workspace.name}</span>
          <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
        </button>
      }
      actions={[
        ...(workspaces.length > 0 ? workspaces : [me.workspace]).map((workspace) => ({
          key: workspace.id,
          label: workspace.name,
          icon: workspace.id === me.workspace.id ? <Check /> : <span className="size-4" />,
          onSelect: () => void (workspace.id === me.workspace.id ? undefined : enterWorkspace(workspace.id)),
        })),
        null,
        { label: "Workspaces and settings", icon: <Settings />, onSelect: () => push("/settings/workspace") },
      ]}
    />
  );
}
