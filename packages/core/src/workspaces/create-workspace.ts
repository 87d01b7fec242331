import type { Workspace } from "@crew/contracts/workspaces";
import { userActor } from "../access/user-actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { draftCrew } from "../crews/crew-draft.ts";
import { EXAMPLE_CREWS } from "../crews/example-crews.ts";
import { writeNewCrew } from "../crews/write-new-crew.ts";
import { inTransaction } from "../in-transaction.ts";
import type { System } from "../system.ts";
import { insertWorkspace, listWorkspacesOf, lockUser } from "./workspace-repository.ts";

/**
 * A person's first workspace, with the example crews in it; whoever has one already gets that. There is no permission
 * to check: this is what signing up means.
 */
export async function createWorkspace(
  system: Pick<System, "db" | "now" | "newId">,
  user: { userId: string; name: string },
): Promise<Workspace> {
  const workspaceId = system.newId("workspace");
  return inTransaction(
    { ...system, actor: userActor({ userId: user.userId, userName: user.name, workspaceId, role: "owner" }) },
    async (ctx) => {
      if (!(await lockUser(ctx.db, user.userId))) throw new Error("a workspace needs a person who exists");
      const [existing] = await listWorkspacesOf(ctx.db, user.userId);
      if (existing) return existing;
      const workspace = { id: workspaceId, name: nameFor(user.name), createdAt: ctx.now().toISOString() };
      await insertWorkspace(ctx.db, workspace, user.userId);
      await recordAudit(ctx, { action: "workspace.created", subject: workspaceId, detail: { name: workspace.name } });
      // Lists show the newest first, so the first example is written last.
      for (const example of EXAMPLE_CREWS.toReversed()) {
        const crew = await writeNewCrew(ctx, draftCrew(ctx, example));
        await recordAudit(ctx, { action: "crew.created", subject: crew.id, detail: { name: crew.name, isExample: true } });
      }
      return { ...workspace, role: "owner", requiresSecondFactor: false, mailQuestionsTo: null };
    },
  );
}

const MAX_NAME_LENGTH = 80;

function nameFor(person: string): string {
  const suffix = "'s workspace";
  return [...person.trim()].slice(0, MAX_NAME_LENGTH - suffix.length).join("") + suffix;
}
