import { Ellipsis } from "lucide-react";
import { classNames } from "./class-names.ts";
import { DropdownMenu, type MenuAction } from "./dropdown-menu.tsx";

export interface RowMenuProps {
  name: string;
  actions: (MenuAction | null)[];
  className?: string | undefined;
}

/** What can be done with one thing, as a row of a list, behind three dots; above the row's own link, which covers all of it. */
export function RowMenu({ name, actions, className }: RowMenuProps) {
  return (
    <DropdownMenu
      trigger={
        <button
          type="button"
          aria-label={`Actions for ${name}`}
          className={classNames(
            "relative z-1 inline-grid size-7 place-items-center rounded-md text-muted hover:bg-pressed hover:text-text max-sm:size-10",
            className,
          )}
        >
          <Ellipsis aria-hidden="true" className="size-4" />
        </button>
      }
      actions={actions}
    />
  );
}
