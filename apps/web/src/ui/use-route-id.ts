"use client";

import { usePathname } from "next/navigation";

/**
 * The id in `/runs/<id>`, `/crews/<id>` or `/chat/<id>`; `null` while the page is not yet live in the browser and on
 * the list pages. The static file was built for the placeholder `_`, so the address is the only one who knows.
 */
export function useRouteId(): string | null {
  const id = usePathname().split("/")[2];
  return id && id !== "_" ? decodeURIComponent(id) : null;
}
