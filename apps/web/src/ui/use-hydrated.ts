"use client";

import { useSyncExternalStore } from "react";

const never = () => () => {};

/** False while React takes over the static page, true from then on: what only the browser knows may show after that. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
