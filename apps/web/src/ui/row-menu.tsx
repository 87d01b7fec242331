import { Ellipsis } from "lucide-react";
import { DropdownMenu, type MenuAction } from "./dropdown-menu.tsx";

/** What can be done with one row of a list, behind three dots; above the row's own link, which covers all of it. */
export function RowMenu({ name, actions }: { name: string; actions: (MenuAction | null)[] }) {
  return (
    <DropdownMenu
      trigger={
        <button
          type="button"
          aria-label={`Actions for ${name}`}
          className="relative z-1 inline-grid size-7 place-items-center rounded-md text-muted hover:bg-pressed hover:text-text max-sm:size-10"
        >
          <Ellipsis aria-hidden="true" className="size-4" />
        </button>
      }
      actions={actions}
    />
  );
}
