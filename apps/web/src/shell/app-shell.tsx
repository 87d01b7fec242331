"use client";

import { useQuery } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { meQuery } from "../data/session-queries.ts";
import { buttonClass } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { RouteLink } from "../ui/route-link.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { useNavigate } from "../ui/use-navigate.ts";
import { BottomBar } from "./bottom-bar.tsx";
import { LostWorkspaceNote } from "./lost-workspace-note.tsx";
import { isAt, isBarePage, PLACES } from "./navigation.ts";
import { PageBody } from "./page-body.tsx";
import { PageHeader } from "./page-header.tsx";
import { Sidebar } from "./sidebar.tsx";
import { useEndedAccess } from "./use-ended-access.ts";
import { useShortcuts } from "./use-shortcuts.ts";

const loadPalette = () => import("./command-palette.tsx");
const CommandPalette = lazy(loadPalette);
const NotAllowed = lazy(() => import("../features/members/not-allowed.tsx"));
const HaltBanner = lazy(() => import("../features/operations/halt-banner.tsx"));
const ShortcutHelp = lazy(() => import("./shortcut-help.tsx"));

/** Everything around a page. Pages show only to who is signed in; the frame stands from the first paint. */
export function AppShell({ children }: { children: ReactNode }) {
  return isBarePage(usePathname()) ? <main className="grid min-h-dvh place-items-center p-4">{children}</main> : <Frame>{children}</Frame>;
}

function Frame({ children }: { children: ReactNode }) {
  const [overlay, setOverlay] = useState<"palette" | "help" | null>(null);
  useShortcuts({ onPalette: () => setOverlay("palette"), onHelp: () => setOverlay("help"), onModifier: () => void loadPalette() });
  const close = () => setOverlay(null);
  return (
    <div className="flex min-h-dvh flex-col md:pl-(--sidebar)">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <Sidebar onPalette={() => setOverlay("palette")} onHelp={() => setOverlay("help")} />
      <main id="content" tabIndex={-1} className="relative flex min-w-0 flex-1 flex-col outline-none max-md:pb-16">
        <LostWorkspaceNote />
        <Suspense fallback={null}>
          <HaltBanner />
        </Suspense>
        <SessionGate>{children}</SessionGate>
      </main>
      <BottomBar />
      <Suspense fallback={null}>
        {overlay === "palette" ? <CommandPalette onClose={close} /> : null}
        {overlay === "help" ? <ShortcutHelp onClose={close} /> : null}
      </Suspense>
    </div>
  );
}

function SessionGate({ children }: { children: ReactNode }) {
  const me = useQuery(meQuery);
  const pathname = usePathname();
  const { replace } = useNavigate();
  const mustSignIn = me.data === null;
  const isEnding = useEndedAccess(me.data);

  useEffect(() => {
    if (!mustSignIn || isEnding) return;
    const here = location.pathname + location.search;
    replace(here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`);
  }, [mustSignIn, isEnding, replace]);

  const mustEnroll = me.data ? me.data.secondFactor.required && !me.data.secondFactor.enabled : false;
  if (isEnding) return <PageSkeleton />;
  if (mustEnroll && !pathname.startsWith("/settings")) return <EnrollFirst workspace={me.data?.workspace.name ?? ""} />;
  const place = PLACES.find((one) => isAt(one, pathname));
  if (me.data && place?.needs && !me.data.permissions.includes(place.needs)) {
    return (
      <>
        <PageHeader title={place.label} />
        <PageBody>
          <Suspense fallback={null}>
            <NotAllowed permission={place.needs} what={`see “${place.label}”`} />
          </Suspense>
        </PageBody>
      </>
    );
  }
  if (me.data) return children;
  if (me.isError) {
    return (
      <div className="p-6">
        <ErrorState error={me.error} what="The console could not find out who you are" onRetry={() => void me.refetch()} />
      </div>
    );
  }
  return <PageSkeleton />;
}

/** The workspace lets nobody do anything without a second factor; the settings stay open, to get one or to leave. */
function EnrollFirst({ workspace }: { workspace: string }) {
  return (
    <EmptyState
      className="py-24"
      title={<h1>{workspace} asks for a second factor</h1>}
      action={
        <RouteLink href="/settings/security" className={buttonClass("primary")}>
          Set it up
        </RouteLink>
      }
    >
      A code of an authenticator app beside your password. It takes a minute; until then nothing here can be read or done.
    </EmptyState>
  );
}

function PageSkeleton() {
  return (
    <div role="status" aria-label="Loading">
      <div className="flex h-12 items-center border-b border-line px-6 max-md:px-4">
        <Skeleton className="w-40" />
      </div>
      <div className="flex flex-col gap-3 p-6 max-md:p-4">
        <Skeleton className="h-28 w-full rounded-lg" />
        <Skeleton className="h-44 w-full rounded-lg" />
      </div>
    </div>
  );
}
