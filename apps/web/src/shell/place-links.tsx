"use client";

import { usePathname } from "next/navigation";
import { classNames } from "../ui/class-names.ts";
import { RouteLink } from "../ui/route-link.tsx";
import { isAt, PLACES } from "./navigation.ts";

export interface PlaceLinksProps {
  className: string;
  linkClass: string;
  /** Added to the link of the page that is open. */
  hereClass: string;
  iconClass: string;
}

/** The rooms of the console as links; the sidebar and the bottom bar give them their looks. */
export function PlaceLinks({ className, linkClass, hereClass, iconClass }: PlaceLinksProps) {
  const pathname = usePathname();
  return (
    <nav aria-label="Console" className={className}>
      {PLACES.map((place) => {
        const isHere = isAt(place, pathname);
        return (
          <RouteLink
            key={place.href}
            href={place.href}
            aria-current={isHere ? "page" : undefined}
            className={classNames(linkClass, isHere && hereClass)}
          >
            <place.icon aria-hidden="true" className={iconClass} strokeWidth={1.75} />
            {place.label}
          </RouteLink>
        );
      })}
    </nav>
  );
}
