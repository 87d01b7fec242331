"use client";

import { useQuery } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { meQuery } from "../../data/session-queries.ts";
import { PageBody } from "../../shell/page-body.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { classNames } from "../../ui/class-names.ts";
import { RouteLink } from "../../ui/route-link.tsx";
import { Select } from "../../ui/select.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import NotAllowed from "../members/not-allowed.tsx";
import { type SettingsPlace, settingsHrefOfHash, settingsPlaceAt, settingsPlacesFor } from "./settings-places.ts";

const OperatorsOnly = lazy(() => import("../backups/operators-only.tsx"));

/** The list of settings at the left (a choice on a phone) and one page of them. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  const place = settingsPlaceAt(pathname);
  const { replace } = useNavigate();
  const me = useQuery(meQuery).data;
  const permissions = me?.permissions ?? [];
  const isOperator = me?.isOperator ?? false;

  useEffect(() => {
    const href = pathname === "/settings" ? settingsHrefOfHash(location.hash) : null;
    if (href) replace(href);
  }, [pathname, replace]);

  const needs = place?.needs;
  return (
    <>
      <PageHeader crumbs={[{ label: "Settings", href: "/settings" }]} title={place?.label ?? "Settings"} />
      <PageBody className="grid w-full max-w-280 grid-cols-[10rem_minmax(0,1fr)] content-start gap-8 max-lg:grid-cols-1 max-lg:gap-4">
        <SettingsNav here={place} permissions={permissions} isOperator={isOperator} />
        <div className="flex min-w-0 flex-col gap-4">
          {place?.isForOperators && !isOperator ? (
            <Suspense>
              <OperatorsOnly what={place.label} />
            </Suspense>
          ) : needs && !permissions.includes(needs) ? (
            <NotAllowed permission={needs} what={`see “${place.label}”`} />
          ) : (
            children
          )}
        </div>
      </PageBody>
    </>
  );
}

interface SettingsNavProps {
  here: SettingsPlace | undefined;
  permissions: readonly string[];
  isOperator: boolean;
}

function SettingsNav({ here, permissions, isOperator }: SettingsNavProps) {
  const groups = settingsPlacesFor(isOperator);
  const { push } = useNavigate();
  const isShut = (place: SettingsPlace) => place.needs !== undefined && !permissions.includes(place.needs);
  return (
    <>
      <nav aria-label="Settings" className="sticky top-18 flex flex-col gap-4 self-start max-lg:hidden">
        {groups.map((group) => (
          <div key={group.label} className="flex flex-col gap-px">
            <p className="px-2 pb-1 text-xs text-faint">{group.label}</p>
            {group.places.map((place) => (
              <RouteLink
                key={place.href}
                href={place.href}
                aria-current={place === here ? "page" : undefined}
                className={classNames(
                  "flex h-7 items-center rounded-md px-2 text-sm text-muted hover:bg-hover hover:text-text",
                  isShut(place) && "text-faint",
                  place === here && "bg-pressed/70 font-medium text-text",
                )}
              >
                {place.label}
              </RouteLink>
            ))}
          </div>
        ))}
      </nav>
      <Select
        className="lg:hidden"
        aria-label="Page of the settings"
        value={here?.href ?? ""}
        onChange={(event) => push(event.target.value)}
      >
        {here?.isForOperators && !isOperator ? <option value={here.href}>{here.label}</option> : null}
        {groups.map((group) => (
          <optgroup key={group.label} label={group.label}>
            {group.places.map((place) => (
              <option key={place.href} value={place.href}>
                {place.label}
              </option>
            ))}
          </optgroup>
        ))}
      </Select>
    </>
  );
}
