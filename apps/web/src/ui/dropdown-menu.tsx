"use client";

import { cloneElement, type KeyboardEvent, type ReactElement, type ReactNode, useId, useRef, useState } from "react";
import { classNames } from "./class-names.ts";

export interface MenuAction {
  /** Where labels may repeat. */
  key?: string;
  label: string;
  icon?: ReactNode;
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
}

interface DropdownMenuProps {
  /** One button. */
  trigger: ReactElement<{ id?: string; popoverTarget?: string; "aria-haspopup"?: "menu"; "aria-expanded"?: boolean }>;
  /** `null` draws a line. */
  actions: (MenuAction | null)[];
  align?: "start" | "end";
}

const GAP_PX = 4;

/**
 * A menu button as WAI-ARIA describes it, on the browser's popover: that one lies above everything, closes on Escape and
 * on a press elsewhere, and gives the focus back.
 */
export function DropdownMenu({ trigger, actions, align = "end" }: DropdownMenuProps) {
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const buttonId = `${id}-button`;

  const place = () => {
    const element = menu.current;
    const anchor = document.getElementById(buttonId)?.getBoundingClientRect();
    if (!element || !anchor) return;
    const { width, height } = element.getBoundingClientRect();
    const left = align === "end" ? anchor.right - width : anchor.left;
    const fitsBelow = anchor.bottom + GAP_PX + height < window.innerHeight;
    element.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
    element.style.top = `${fitsBelow ? anchor.bottom + GAP_PX : Math.max(8, anchor.top - GAP_PX - height)}px`;
  };

  return (
    <>
      {cloneElement(trigger, { id: buttonId, popoverTarget: id, "aria-haspopup": "menu", "aria-expanded": isOpen })}
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        aria-labelledby={buttonId}
        tabIndex={-1}
        onToggle={(event) => {
          const isNowOpen = event.newState === "open";
          setOpen(isNowOpen);
          if (!isNowOpen) return;
          place();
          itemsOf(menu.current)[0]?.focus();
        }}
        onKeyDown={moveFocus}
        className="fixed inset-auto m-0 max-h-[70vh] max-w-72 min-w-44 overflow-y-auto rounded-lg border border-line bg-raised p-1 text-text shadow-pop open:animate-appear"
      >
        {actions.map((action, index) =>
          action === null ? (
            <hr key={`after ${actions[index - 1]?.label}`} className="my-1 border-line" />
          ) : (
            <button
              key={action.key ?? action.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              disabled={action.disabled}
              onClick={() => {
                menu.current?.hidePopover();
                action.onSelect();
              }}
              onPointerMove={(event) => event.currentTarget.focus({ preventScroll: true })}
              className={classNames(
                "flex h-8 w-full items-center gap-2 rounded-md px-2 text-left text-base outline-none select-none focus:bg-hover disabled:opacity-40 max-sm:h-10 [&_svg]:size-4 [&_svg]:text-muted",
                action.danger && "text-bad [&_svg]:text-bad",
              )}
            >
              {action.icon}
              <span className="min-w-0 flex-1 truncate">{action.label}</span>
              {action.keys ? <kbd className="font-sans text-xs text-faint">{action.keys}</kbd> : null}
            </button>
          ),
        )}
      </div>
    </>
  );
}

function itemsOf(menu: HTMLElement | null): HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role="menuitem"]:not(:disabled)') ?? [])];
}

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const items = itemsOf(event.currentTarget);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = nextIndex(event.key, at, items);
  if (event.key === "Tab") event.currentTarget.hidePopover();
  if (next === undefined) return;
  event.preventDefault();
  items[next]?.focus();
}

function nextIndex(key: string, at: number, items: HTMLElement[]): number | undefined {
  if (key === "ArrowDown") return (at + 1) % items.length;
  if (key === "ArrowUp") return (at - 1 + items.length) % items.length;
  if (key === "Home") return 0;
  if (key === "End") return items.length - 1;
  if (key.length !== 1 || key === " ") return undefined;
  const found = items.findIndex((item) => item.textContent?.trim().toLowerCase().startsWith(key.toLowerCase()));
  return found < 0 ? undefined : found;
}
