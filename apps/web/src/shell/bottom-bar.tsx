"use client";

import { usePathname } from "next/navigation";
import { classNames } from "../ui/class-names.ts";
import { RouteLink } from "../ui/route-link.tsx";
import { ConnectionMark } from "./connection-mark.tsx";
import { isAt, PLACES } from "./navigation.ts";

/** The sidebar of a phone. */
export function BottomBar() {
  const pathname = usePathname();
  return (
    <div className="fixed inset-x-0 bottom-0 z-20 md:hidden">
      <ConnectionMark />
      <nav aria-label="Console" className="flex border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]">
        {PLACES.map((place) => {
          const isHere = isAt(place, pathname);
          return (
            <RouteLink
              key={place.href}
              href={place.href}
              aria-current={isHere ? "page" : undefined}
              className={classNames(
                "flex h-14 min-w-0 flex-1 flex-col items-center justify-center gap-1 text-xs text-muted -outline-offset-2",
                isHere && "text-accent",
              )}
            >
              <place.icon aria-hidden="true" className="size-5" strokeWidth={1.75} />
              {place.label}
            </RouteLink>
          );
        })}
      </nav>
    </div>
  );
}
