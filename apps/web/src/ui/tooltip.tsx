"use client";

import { type ReactElement, useEffect, useRef, useState } from "react";

interface Place {
  left: number;
  top: number;
}

/**
 * A word about the one control inside, shown on hover and on keyboard focus, closed by Escape (WCAG 1.4.13).
 * It only repeats or adds to the control's own name: touch never sees it.
 */
export function Tooltip({ text, keys, children }: { text: string; keys?: string; children: ReactElement }) {
  const anchor = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [place, setPlace] = useState<Place | null>(null);

  const show = (delayMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const box = anchor.current?.firstElementChild?.getBoundingClientRect();
      if (box) setPlace({ left: Math.min(Math.max(box.left + box.width / 2, 64), window.innerWidth - 64), top: box.bottom + 6 });
    }, delayMs);
  };
  const hide = () => {
    clearTimeout(timer.current);
    setPlace(null);
  };

  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!place) return;
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && setPlace(null);
    const onScroll = () => setPlace(null);
    window.addEventListener("keydown", onKey);
    window.addEventListener("scroll", onScroll, true);
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener("scroll", onScroll, true);
    };
  }, [place]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: listens on behalf of the control inside
    <span
      ref={anchor}
      className="contents"
      onPointerEnter={(event) => event.pointerType === "mouse" && show(350)}
      onPointerLeave={hide}
      onPointerDown={hide}
      onFocus={(event) => event.target.matches(":focus-visible") && show(100)}
      onBlur={hide}
    >
      {children}
      {place ? (
        <span
          role="tooltip"
          className="pointer-events-none fixed z-50 flex -translate-x-1/2 animate-appear items-center gap-2 rounded-md bg-text px-2 py-1 text-xs whitespace-nowrap text-bg shadow-pop"
          style={{ left: place.left, top: place.top }}
        >
          {text}
          {keys ? <kbd className="font-sans opacity-70">{keys}</kbd> : null}
        </span>
      ) : null}
    </span>
  );
}
