"use client";

import { type RefObject, useEffect, useRef } from "react";

/** Calls back on a press beside an open modal dialog. For the mouse and touch alone: Escape is the dialog's own. */
export function useScrimPress(dialog: RefObject<HTMLDialogElement | null>, onPress: () => void): void {
  const latest = useRef(onPress);
  latest.current = onPress;
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    // A press that begins inside, such as one that selects text, must not close it where it ends outside.
    const onPointerDown = (event: PointerEvent) => event.target === element && isOutside(element, event) && latest.current();
    element.addEventListener("pointerdown", onPointerDown);
    return () => element.removeEventListener("pointerdown", onPointerDown);
  }, [dialog]);
}

function isOutside(element: HTMLElement, { clientX, clientY }: PointerEvent): boolean {
  const box = element.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}
