import type { Me } from "@crew/contracts/session";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { AppError } from "../app-error.ts";
import { findSecondFactorState } from "../second-factors/second-factor-repository.ts";
import type { Ctx } from "../system.ts";
import { findWorkspaceOf } from "../workspaces/workspace-repository.ts";
import { findUser } from "./user-repository.ts";

/** Needs no permission: everyone may know who they are. A key or an app does not tell its owner's address. */
export async function getMe(ctx: Ctx<"db">): Promise<Me> {
  const { kind, userId, workspaceId, name } = ctx.actor;
  const permissions = [...ctx.actor.permissions];
  const workspace = await findWorkspaceOf(ctx.db, userId, workspaceId);
  const user = await findUser(ctx.db, userId);
  const secondFactor = await findSecondFactorState(acrossWorkspaces(ctx).db, userId, workspaceId);
  if (!workspace || !user) throw new AppError("unauthenticated", "You are no member of this workspace any more.");
  if (kind !== "user") return { userId, name, email: null, isLocalOwner: false, isOperator: false, workspace, permissions, secondFactor };
  const { email, isLocalOwner, isOperator } = user;
  return { userId, name: user.name, email: isLocalOwner ? null : email, isLocalOwner, isOperator, workspace, permissions, secondFactor };
}
