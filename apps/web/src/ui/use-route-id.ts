"use client";

import { usePathname } from "next/navigation";
import { useHydrated } from "./use-hydrated.ts";

/**
 * The id in `/runs/<id>`, `/crews/<id>` or `/chat/<id>`; `null` on list pages and until the page is live in the
 * browser. The static file was built for the placeholder `_`, so only the address knows the id.
 */
export function useRouteId(): string | null {
  const id = usePathname().split("/")[2];
  return useHydrated() && id && id !== "_" ? decodeURIComponent(id) : null;
}
