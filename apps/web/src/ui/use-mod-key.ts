"use client";

import { useHydrated } from "./use-hydrated.ts";

/** The key that commands go with on this keyboard, as it is written on it. */
export function useModKey(): "⌘" | "Ctrl" {
  return useHydrated() && /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";
}
