import type { Workspace } from "@crew/contracts/workspaces";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { AppError, notFound } from "../app-error.ts";
import { findUser } from "../sessions/user-repository.ts";
import type { Ctx } from "../system.ts";
import { findWorkspaceOf } from "../workspaces/workspace-repository.ts";
import { joinByInvitation } from "./join-by-invitation.ts";

/** For a person who is signed in; the token is what they need, and no permission anywhere. */
export async function acceptInvitation(ctx: Ctx<"db" | "statements" | "now" | "newId">, token: string): Promise<Workspace> {
  const { kind, userId } = ctx.actor;
  if (kind !== "user") throw new AppError("forbidden", "This needs a person who is signed in, not a key or an app.");
  const across = acrossWorkspaces(ctx);
  const user = await findUser(across.db, userId);
  if (!user) throw new AppError("unauthenticated", "Your account is gone.");
  const { workspaceId } = await joinByInvitation(across, { userId, name: user.name, email: user.email }, token);
  const workspace = await findWorkspaceOf(across.db, userId, workspaceId);
  if (!workspace) throw notFound("workspace");
  return workspace;
}
