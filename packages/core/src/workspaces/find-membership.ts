import type { System } from "../system.ts";
import { findMembershipRow, type Membership } from "./workspace-repository.ts";

/** The person's membership of this workspace; without one of the last used, else of the first joined. */
export async function findMembership(
  ctx: Pick<System, "statements">,
  userId: string,
  workspaceId?: string,
): Promise<Membership | undefined> {
  return findMembershipRow(ctx.statements, userId, workspaceId);
}
