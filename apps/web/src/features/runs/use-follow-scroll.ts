"use client";

import { useCallback, useEffect, useRef, useState } from "react";

const MARGIN_PX = 24;
const NEAR_PX = 96;
/** A few lines at once: a page that moves with every word cannot be read. */
const STEP_PX = 80;

/** How far the element's end lies below the window's; negative: it is in sight. */
function distanceToEnd(elementId: string): number {
  const box = document.getElementById(elementId)?.getBoundingClientRect();
  return box === undefined ? 0 : box.bottom + MARGIN_PX - window.innerHeight;
}

/**
 * Keeps the end of an element in sight while it grows, until the reader scrolls up; back at its end, it goes on.
 * `grows` is any value that is new with each growth; no element: nothing is followed.
 */
export function useFollowScroll(elementId: string | null, grows: unknown): { isFollowing: boolean; follow: () => void } {
  const [isFollowing, setFollowing] = useState(true);
  const following = useRef(true);
  const set = useCallback((value: boolean) => {
    following.current = value;
    setFollowing(value);
  }, []);

  useEffect(() => {
    if (elementId === null) return;
    let before = window.scrollY;
    const onScroll = () => {
      const isUp = window.scrollY < before - 2;
      before = window.scrollY;
      // A page that shrinks moves up too, but keeps the end in sight: only a reader leaves it.
      if (distanceToEnd(elementId) < NEAR_PX) set(true);
      else if (isUp) set(false);
    };
    window.addEventListener("scroll", onScroll, { passive: true });
    return () => window.removeEventListener("scroll", onScroll);
  }, [elementId, set]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `grows` is the occasion, not an input
  useEffect(() => {
    if (elementId === null || !following.current) return;
    const distance = distanceToEnd(elementId);
    if (distance > 0) window.scrollBy({ top: distance + STEP_PX });
  }, [elementId, grows]);

  return {
    isFollowing,
    follow: () => {
      set(true);
      if (elementId !== null) window.scrollBy({ top: distanceToEnd(elementId), behavior: "smooth" });
    },
  };
}
