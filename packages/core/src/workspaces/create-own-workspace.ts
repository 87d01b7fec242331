import type { CreateWorkspace, Workspace } from "@crew/contracts/workspaces";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { userActor } from "../access/user-actor.ts";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { countOwnedWorkspaces, insertWorkspace, lockUser } from "./workspace-repository.ts";

const MAX_OWNED_WORKSPACES = 20;

/** One more workspace, empty, for a person who becomes its owner. Any person may: what they do elsewhere has no say in it. */
export async function createOwnWorkspace(ctx: Ctx<"db" | "now" | "newId">, input: CreateWorkspace): Promise<Workspace> {
  const { kind, userId, name: userName } = ctx.actor;
  if (kind !== "user") throw new AppError("forbidden", "This needs a person who is signed in, not a key or an app.");
  const workspaceId = ctx.newId("workspace");
  const actor = userActor({ userId, userName, workspaceId, role: "owner" });
  return inTransaction({ ...acrossWorkspaces(ctx), actor }, async (ctx) => {
    if (!(await lockUser(ctx.db, userId))) throw new AppError("unauthenticated", "Your account is gone.");
    if ((await countOwnedWorkspaces(ctx.db, userId)) >= MAX_OWNED_WORKSPACES)
      throw new AppError("conflict", `A person owns at most ${MAX_OWNED_WORKSPACES} workspaces. Transfer or delete one first.`);
    const workspace = { id: workspaceId, name: input.name, createdAt: ctx.now().toISOString() };
    await insertWorkspace(ctx.db, workspace, userId);
    await recordAudit(ctx, { action: "workspace.created", subject: workspaceId, detail: { name: input.name } });
    return { ...workspace, role: "owner", requiresSecondFactor: false, mailQuestionsTo: null };
  });
}
