"use client";

import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { classNames } from "./class-names.ts";
import { IconButton } from "./icon-button.tsx";
import { useReturnFocus } from "./use-return-focus.ts";
import { useScrimPress } from "./use-scrim-press.ts";

const FIRST_FIELD = "[data-dialog-body] :is(input, textarea, select):not(:disabled, [type=radio], [type=checkbox])";

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  /** `drawer`: at the right edge, full height, the page stays in sight. */
  kind?: "dialog" | "drawer";
  /** Buttons at the foot, right-aligned. */
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}

/**
 * The browser's modal dialog: it keeps the focus inside, makes the page behind inert, closes on Escape and gives the
 * focus back to where it was.
 */
export function Dialog({ open, onClose, title, kind = "dialog", actions, className, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useScrimPress(element, onClose);
  useReturnFocus(open);

  useEffect(() => {
    const dialog = element.current;
    if (!dialog) return;
    if (open && !dialog.open) {
      dialog.showModal();
      // By itself the browser would choose the close button at the top.
      (dialog.querySelector<HTMLElement>(FIRST_FIELD) ?? dialog.querySelector<HTMLElement>("footer button"))?.focus();
    }
    if (!open && dialog.open) dialog.close();
  }, [open]);

  return (
    <dialog
      ref={element}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={() => open && onClose()}
      className={classNames(
        // Its text runs like that of a page, also where it stands in a cell of a table.
        "m-0 border border-line bg-raised p-0 text-left whitespace-normal text-text shadow-pop backdrop:bg-scrim",
        kind === "dialog"
          ? "fixed top-[12vh] left-1/2 max-h-[80vh] w-[min(520px,calc(100vw-24px))] -translate-x-1/2 animate-appear rounded-lg"
          : "fixed inset-y-0 right-0 left-auto h-dvh max-h-none w-[min(560px,100vw)] max-w-none animate-slide-in border-y-0 border-r-0",
        open ? "flex flex-col" : "hidden",
        className,
      )}
    >
      <header className="flex h-12 shrink-0 items-center justify-between gap-2 border-b border-line pr-2 pl-4">
        <h2 id={id} className="truncate text-base font-semibold">
          {title}
        </h2>
        <IconButton label="Close" icon={<X />} onClick={onClose} />
      </header>
      <div data-dialog-body className="min-h-0 flex-1 overflow-y-auto p-4">
        {open ? children : null}
      </div>
      {actions ? <footer className="flex shrink-0 flex-wrap justify-end gap-2 border-t border-line p-3">{actions}</footer> : null}
    </dialog>
  );
}
