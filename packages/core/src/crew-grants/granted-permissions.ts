import type { CrewPermission } from "@crew/contracts/crew-grants";
import type { Permission } from "@crew/contracts/permissions";

/** What a grant on one crew stands for there; a role that has it has it on all. */
export const GRANTED_PERMISSIONS: Record<CrewPermission, Permission> = {
  run: "runs:start",
  edit: "crews:write",
  see_traces: "runs:read",
  approve: "runs:approve",
};
