import type { MemberRole } from "@crew/contracts/permissions";
import { pgTable, text } from "drizzle-orm/pg-core";
import { bytes, instant, typeId } from "./columns.ts";

export const invitationsTable = pgTable("invitations", {
  id: typeId("invitation", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  email: text("email").notNull(),
  role: text("role").$type<MemberRole>().notNull(),
  customRoleId: typeId("role", "custom_role_id"),
  tokenHash: bytes("token_hash").notNull(),
  tokenEncrypted: text("token_encrypted"),
  invitedBy: typeId("user", "invited_by"),
  createdAt: instant("created_at").notNull(),
  expiresAt: instant("expires_at").notNull(),
  acceptedAt: instant("accepted_at"),
  acceptedBy: typeId("user", "accepted_by"),
  revokedAt: instant("revoked_at"),
});
