"use client";

import type { Permission } from "@crew/contracts/permissions";
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../../data/session-queries.ts";

/** Whether the person of this page may do something here. The server decides; this only says what to show. */
export function useMay(permission: Permission): boolean {
  return useQuery(meQuery).data?.permissions.includes(permission) ?? false;
}
