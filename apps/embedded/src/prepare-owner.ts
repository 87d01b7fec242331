import { setCredentials } from "@crew/auth/set-credentials";
import { ROLE_PERMISSIONS } from "@crew/core/access/require-permission";
import { createLocalOwner } from "@crew/core/workspaces/create-local-owner";
import type { Config } from "@crew/platform/config/read-config";
import { StartupProblem } from "@crew/platform/database/embedded-postgres/startup-problem";
import type { OpenSystem } from "@crew/platform/open-system";
import { isLoopback } from "./open-front-door.ts";
import { PASSWORD_NEEDED } from "./prepare-start.ts";

/**
 * Makes the owner at the first start and gives them the operator's e-mail and password where those are set. Returns
 * whether a printed link signs them in. Throws when other machines could reach an installation that has no password.
 */
export async function prepareOwner(system: OpenSystem, config: Config): Promise<{ hasLink: boolean }> {
  const owner = await createLocalOwner(system);
  if (!owner) return { hasLink: false };
  if (!config.admin) {
    if (!isLoopback(config.host)) throw new StartupProblem(PASSWORD_NEEDED);
    return { hasLink: true };
  }
  const actor = {
    kind: "user",
    apiKeyId: null,
    name: "Owner",
    role: "owner",
    permissions: ROLE_PERMISSIONS.owner,
    ...owner,
  } as const;
  await setCredentials({ ...system, actor }, { name: "Owner", ...config.admin }, "");
  return { hasLink: false };
}
