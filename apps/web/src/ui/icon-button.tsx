import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Tooltip } from "./tooltip.tsx";

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  /** Says what it does: its accessible name and its tooltip. */
  label: string;
  icon: ReactNode;
  keys?: string;
}

export function IconButton({ label, icon, keys, className, type = "button", ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys}>
      <button
        type={type}
        aria-label={label}
        className={classNames(
          "inline-grid size-7 shrink-0 place-items-center rounded-md text-muted transition-colors duration-100 hover:bg-hover hover:text-text active:bg-pressed disabled:cursor-not-allowed disabled:opacity-40 max-sm:size-10 [&_svg]:size-4",
          className,
        )}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
