"use client";

import { useQuery } from "@tanstack/react-query";
import { Keyboard, Search } from "lucide-react";
import { meQuery } from "../data/session-queries.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { useModKey } from "../ui/use-mod-key.ts";
import { ConnectionMark } from "./connection-mark.tsx";
import { PlaceLinks } from "./place-links.tsx";
import { SignOutButton } from "./sign-out-button.tsx";
import { WorkspaceSwitcher } from "./workspace-switcher.tsx";

/** Fixed, not sticky: whatever a page scrolls or overflows, the frame around it stands still. */
export function Sidebar({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }) {
  const mod = useModKey();
  const me = useQuery(meQuery).data;
  return (
    <aside className="fixed inset-y-0 left-0 z-20 flex w-(--sidebar) flex-col gap-3 border-r border-line bg-bg p-3 max-md:hidden">
      <WorkspaceSwitcher />
      <button
        type="button"
        onClick={onPalette}
        className="flex h-8 items-center gap-2 rounded-md border border-line bg-surface px-2 text-sm text-faint hover:border-line-strong hover:text-muted"
      >
        <Search aria-hidden="true" className="size-3.5" />
        <span className="flex-1 text-left">Go to or run…</span>
        <Kbd>{mod === "⌘" ? "⌘K" : "Ctrl K"}</Kbd>
      </button>
      <PlaceLinks
        className="flex flex-col gap-px"
        linkClass="flex h-8 items-center gap-2.5 rounded-md px-2 text-base text-muted hover:bg-hover hover:text-text"
        hereClass="bg-pressed/70 font-medium text-text"
        iconClass="size-4"
      />
      <div className="mt-auto flex flex-col gap-2">
        <ConnectionMark />
        <div className="flex items-center gap-2 pl-2">
          <span className="min-w-0 flex-1 truncate text-sm text-muted" title={me?.email ?? undefined}>
            {me?.name}
          </span>
          {me && !me.isLocalOwner ? <SignOutButton /> : null}
          <IconButton label="Keyboard shortcuts" keys="?" icon={<Keyboard />} onClick={onHelp} />
        </div>
      </div>
    </aside>
  );
}
