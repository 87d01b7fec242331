"use client";

import * as Menu from "radix-ui/dropdown-menu";
import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names.ts";

export interface MenuAction {
  label: string;
  icon?: ReactNode;
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
}

/** `trigger` is one button; `null` in `actions` draws a line. */
export function DropdownMenu({
  trigger,
  actions,
  align = "end",
}: {
  trigger: ReactElement;
  actions: (MenuAction | null)[];
  align?: "start" | "end";
}) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger asChild>{trigger}</Menu.Trigger>
      <Menu.Portal>
        <Menu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-40 min-w-44 animate-appear rounded-lg border border-line bg-raised p-1 shadow-pop"
        >
          {actions.map((action, index) =>
            action === null ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else to be told by
              <Menu.Separator key={index} className="my-1 h-px bg-line" />
            ) : (
              <Menu.Item
                key={action.label}
                disabled={action.disabled}
                onSelect={action.onSelect}
                className={classNames(
                  "flex h-8 items-center gap-2 rounded-md px-2 text-base outline-none select-none data-disabled:opacity-40 data-highlighted:bg-hover max-sm:h-10 [&_svg]:size-4 [&_svg]:text-muted",
                  action.danger && "text-bad [&_svg]:text-bad",
                )}
              >
                {action.icon}
                <span className="flex-1">{action.label}</span>
                {action.keys ? <kbd className="font-sans text-xs text-faint">{action.keys}</kbd> : null}
              </Menu.Item>
            ),
          )}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
