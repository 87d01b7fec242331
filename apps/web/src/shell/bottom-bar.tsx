import { ConnectionMark } from "./connection-mark.tsx";
import { PlaceLinks } from "./place-links.tsx";

/** The sidebar of a phone. */
export function BottomBar() {
  return (
    <div className="fixed inset-x-0 bottom-0 z-20 md:hidden">
      <ConnectionMark />
      <PlaceLinks
        className="flex border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]"
        linkClass="flex h-14 min-w-0 flex-1 flex-col items-center justify-center gap-1 text-xs text-muted -outline-offset-2"
        hereClass="text-accent"
        iconClass="size-5"
      />
    </div>
  );
}
