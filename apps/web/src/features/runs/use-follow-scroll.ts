"use client";

import { useCallback, useEffect, useRef, useState } from "react";

const NEAR_PX = 96;

function isNearEnd(): boolean {
  const { scrollHeight } = document.documentElement;
  return scrollHeight - window.innerHeight - window.scrollY < NEAR_PX;
}

/**
 * Keeps the end of the page in sight while it grows, until the reader scrolls up; at the end again, it goes on.
 * `grows` is any value that is new with each growth.
 */
export function useFollowScroll(isActive: boolean, grows: unknown): { isFollowing: boolean; follow: () => void } {
  const [isFollowing, setFollowing] = useState(true);
  const following = useRef(true);
  const set = useCallback((value: boolean) => {
    following.current = value;
    setFollowing(value);
  }, []);

  useEffect(() => {
    if (!isActive) return;
    let before = window.scrollY;
    const onScroll = () => {
      const isUp = window.scrollY < before - 2;
      before = window.scrollY;
      // Content that shrinks moves the page up too, and leaves it at its end: only a reader leaves the end.
      if (isNearEnd()) set(true);
      else if (isUp) set(false);
    };
    window.addEventListener("scroll", onScroll, { passive: true });
    return () => window.removeEventListener("scroll", onScroll);
  }, [isActive, set]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `grows` is the occasion, not an input
  useEffect(() => {
    if (isActive && following.current) window.scrollTo({ top: document.documentElement.scrollHeight });
  }, [isActive, grows]);

  return {
    isFollowing,
    follow: () => {
      set(true);
      window.scrollTo({ top: document.documentElement.scrollHeight, behavior: "smooth" });
    },
  };
}
