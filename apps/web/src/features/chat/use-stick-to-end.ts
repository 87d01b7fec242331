"use client";

import { useEffect, useRef } from "react";

const NEAR_PX = 64;

/** A box that stays at its end while its content grows, until the reader scrolls up. */
export function useStickToEnd() {
  const frame = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const box = frame.current;
    if (!box || !content.current) return;
    let isAtEnd = true;
    let before = box.scrollTop;
    const toEnd = () => {
      if (isAtEnd) box.scrollTop = box.scrollHeight;
    };
    const onScroll = () => {
      const isNear = box.scrollHeight - box.clientHeight - box.scrollTop < NEAR_PX;
      if (isNear) isAtEnd = true;
      else if (box.scrollTop < before - 2) isAtEnd = false;
      before = box.scrollTop;
    };
    const growth = new ResizeObserver(toEnd);
    growth.observe(content.current);
    growth.observe(box);
    box.addEventListener("scroll", onScroll, { passive: true });
    toEnd();
    return () => {
      growth.disconnect();
      box.removeEventListener("scroll", onScroll);
    };
  }, []);

  return { frame, content };
}
