"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { classNames } from "../ui/class-names.ts";
import { RouteLink } from "../ui/route-link.tsx";
import { isAt, PLACES, type Place } from "./navigation.ts";
import { WaitingCount } from "./waiting-count.tsx";

export interface PlaceLinksProps {
  className: string;
  linkClass: string;
  /** Added to the link of the page that is open. */
  hereClass: string;
  iconClass: string;
  /** Without it: all. */
  places?: readonly Place[];
  /** Over the icon instead of at the end of the line. */
  isCountOnIcon?: boolean;
  /** After the links. */
  children?: ReactNode;
}

/** The rooms of the console as links; the sidebar and the bottom bar give them their looks. */
export function PlaceLinks({ className, linkClass, hereClass, iconClass, places = PLACES, isCountOnIcon, children }: PlaceLinksProps) {
  const pathname = usePathname();
  return (
    <nav aria-label="Console" className={className}>
      {places.map((place) => {
        const isHere = isAt(place, pathname);
        return (
          <RouteLink
            key={place.href}
            href={place.href}
            aria-current={isHere ? "page" : undefined}
            className={classNames("relative", linkClass, isHere && hereClass)}
          >
            <place.icon aria-hidden="true" className={iconClass} strokeWidth={1.75} />
            {place.label}
            {place.href === "/approvals" ? <WaitingCount isOnIcon={isCountOnIcon ?? false} /> : null}
          </RouteLink>
        );
      })}
      {children}
    </nav>
  );
}
