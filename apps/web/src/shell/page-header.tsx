"use client";

import { useQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode } from "react";
import { meQuery } from "../data/session-queries.ts";
import { RouteLink } from "../ui/route-link.tsx";

export interface Crumb {
  label: string;
  href: string;
}

export interface PageHeaderProps {
  /** The way here, below the workspace. */
  crumbs?: Crumb[];
  title: ReactNode;
  /** The state of the thing, right of its name. */
  state?: ReactNode;
  actions?: ReactNode;
}

/** Workspace → thing → state, at the top of every page. */
export function PageHeader({ crumbs = [], title, state, actions }: PageHeaderProps) {
  const me = useQuery(meQuery).data;
  return (
    <header className="sticky top-0 z-10 flex min-h-(--header) flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-bg px-6 py-1.5 max-md:px-4">
      <div className="flex min-w-0 flex-[1_1_11rem] items-center gap-2 max-sm:flex-auto">
        <nav
          aria-label="Breadcrumb"
          className={`flex shrink-0 items-center gap-2 text-muted ${crumbs.length === 0 ? "max-xl:hidden" : "max-sm:hidden"}`}
        >
          <RouteLink href="/" className="max-w-40 truncate rounded-sm hover:text-text max-xl:hidden">
            {me?.workspace.name}
          </RouteLink>
          <Slash className="max-xl:hidden" />
          {crumbs.map((crumb) => (
            <Fragment key={crumb.href}>
              <RouteLink href={crumb.href} className="rounded-sm hover:text-text">
                {crumb.label}
              </RouteLink>
              <Slash />
            </Fragment>
          ))}
        </nav>
        <h1 className="min-w-0 truncate font-semibold">{title}</h1>
        {state ? <div className="flex shrink-0 items-center gap-2 text-sm text-muted">{state}</div> : null}
      </div>
      {actions ? <div className="flex shrink-0 items-center gap-2">{actions}</div> : null}
    </header>
  );
}

function Slash({ className = "" }: { className?: string }) {
  return (
    <span aria-hidden="true" className={`text-line-strong ${className}`}>
      /
    </span>
  );
}
