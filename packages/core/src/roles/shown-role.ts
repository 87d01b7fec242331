import type { customRolesTable } from "@crew/db/custom-roles-table";
import type { ShownCustomRole } from "./role-repository.ts";

export function shownRole(role: typeof customRolesTable.$inferSelect, memberCount: number): ShownCustomRole {
  const { id, name, description, permissions, createdAt, updatedAt } = role;
  return { id, role: "custom", name, description, permissions, memberCount, createdAt, updatedAt };
}
