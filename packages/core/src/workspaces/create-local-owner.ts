import type { System } from "../system.ts";
import { createWorkspace } from "./create-workspace.ts";
import { findLocalOwner, insertLocalOwner } from "./local-owner-repository.ts";

/** No mail can be sent to it and nobody can sign up with it: `.invalid` is reserved for that (RFC 2606). */
const PLACEHOLDER_EMAIL = "owner@local.invalid";

/**
 * At each start of an embedded installation: the person whom the printed link signs in, with workspace and examples.
 * `undefined` once they have chosen e-mail and password, or when somebody else was here first. May be cut short and
 * called again at any time.
 */
export async function createLocalOwner(
  system: Pick<System, "db" | "now" | "newId">,
): Promise<{ userId: string; workspaceId: string } | undefined> {
  const at = system.now().toISOString();
  await insertLocalOwner(system.db, { id: system.newId("user"), name: "Owner", email: PLACEHOLDER_EMAIL, at });
  const owner = await findLocalOwner(system.db);
  if (!owner) return undefined;
  const workspace = await createWorkspace(system, owner);
  return { userId: owner.userId, workspaceId: workspace.id };
}
