import type { Permission, Role } from "@crew/contracts/permissions";

/** Who asks. Every verb has one; it names the workspace that every query carries. */
export interface Actor {
  kind: "user" | "api_key";
  userId: string;
  /** The API key, when one was used. */
  apiKeyId: string | null;
  /** The person's or the key's name, for events and the audit log. */
  name: string;
  workspaceId: string;
  role: Role;
  permissions: readonly Permission[];
}
