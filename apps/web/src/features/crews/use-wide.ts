"use client";

import { useSyncExternalStore } from "react";

const QUERY = "(min-width: 1280px)";

/** Whether the run panel fits beside the form; as a state of the page, so that only one of the two forms exists. */
export function useWide(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      const list = window.matchMedia(QUERY);
      list.addEventListener("change", onChange);
      return () => list.removeEventListener("change", onChange);
    },
    () => window.matchMedia(QUERY).matches,
    () => false,
  );
}
