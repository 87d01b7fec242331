"use client";

import { Ellipsis } from "lucide-react";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { classNames } from "../ui/class-names.ts";
import { Dialog } from "../ui/dialog.tsx";
import { ConnectionMark } from "./connection-mark.tsx";
import { isAt, PLACES } from "./navigation.ts";
import { PlaceLinks } from "./place-links.tsx";

const OWN = PLACES.filter(({ isOnPhone }) => isOnPhone);
const MORE = PLACES.filter(({ isOnPhone }) => !isOnPhone);

/** The sidebar of a phone: what one does there has a place of its own, everything else is one press further. */
export function BottomBar() {
  const pathname = usePathname();
  // The page that it was opened on: on another one it is closed.
  const [openAt, setOpenAt] = useState<string | null>(null);
  const isOpen = openAt === pathname;
  const isBehind = MORE.some((place) => isAt(place, pathname));
  const linkClass = "flex h-14 min-w-0 flex-1 flex-col items-center justify-center gap-1 text-xs text-muted -outline-offset-2";
  return (
    <div className="fixed inset-x-0 bottom-0 z-20 md:hidden">
      <ConnectionMark />
      <PlaceLinks
        places={OWN}
        isCountOnIcon
        className="flex border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]"
        linkClass={linkClass}
        hereClass="text-accent"
        iconClass="size-5"
      >
        <button
          type="button"
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          onClick={() => setOpenAt(pathname)}
          className={classNames(linkClass, isBehind && "text-accent")}
        >
          <Ellipsis aria-hidden="true" className="size-5" strokeWidth={1.75} />
          More
        </button>
      </PlaceLinks>
      <Dialog
        open={isOpen}
        onClose={() => setOpenAt(null)}
        title="More"
        className="top-auto! bottom-0 w-full! max-w-none rounded-b-none pb-[env(safe-area-inset-bottom)]"
      >
        <PlaceLinks
          places={MORE}
          className="-mx-2 -my-2 flex flex-col"
          linkClass="flex h-12 items-center gap-3 rounded-md px-3 text-lg text-text hover:bg-hover"
          hereClass="bg-pressed/70 font-medium"
          iconClass="size-5 text-muted"
        />
      </Dialog>
    </div>
  );
}
