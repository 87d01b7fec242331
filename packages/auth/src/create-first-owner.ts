import { ROLE_PERMISSIONS } from "@crew/core/access/require-permission";
import type { System } from "@crew/core/system";
import { createLocalOwner } from "@crew/core/workspaces/create-local-owner";
import { setCredentials } from "./set-credentials.ts";

/**
 * The owner whom the operator names, in an installation that has nobody yet; later it does nothing. Cut short half-way,
 * the next start goes on.
 */
export async function createFirstOwner(
  system: Pick<System, "db" | "statements" | "now" | "newId">,
  admin: { email: string; password: string },
): Promise<void> {
  const owner = await createLocalOwner(system);
  if (!owner) return;
  const name = "Owner";
  const actor = { kind: "user", apiKeyId: null, name, role: "owner", permissions: ROLE_PERMISSIONS.owner, ...owner } as const;
  await setCredentials({ ...system, actor }, { name, ...admin }, "");
}
