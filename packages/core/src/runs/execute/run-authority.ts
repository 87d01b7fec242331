import type { Permission } from "@crew/contracts/permissions";
import { RunFailure } from "@crew/engine/host";
import { permissionsWithin } from "../../access/require-permission.ts";
import type { Claim } from "./claim.ts";
import type { ExecutionSystem } from "./execution-system.ts";
import { noteRefusal } from "./note-refusal.ts";
import type { StarterRights } from "./starter-rights.ts";

/** An agent that is talked to acts as in a run of its crew. */
function neededFor({ kind, crewId }: Claim["run"]): Permission[] {
  if (kind === "crew") return ["runs:start"];
  return crewId === null ? ["conversations:write"] : ["conversations:write", "runs:start"];
}

/**
 * What a run's agents may do now: no more than whoever started it may at this moment, within what their key or app allowed
 * at the start, within the scopes of the crew. Throws `RunFailure` when the starter may not even run it any more.
 */
export async function authorizeRun(system: ExecutionSystem, rights: StarterRights, claim: Claim): Promise<readonly Permission[]> {
  const { run, workspaceId, authority, starterId } = claim;
  const starter = starterId && {
    workspaceId,
    userId: starterId,
    crewId: run.crewId,
    apiKeyId: authority?.apiKeyId ?? null,
    oauthClientId: authority?.oauthClientId ?? null,
  };
  const current = starter ? await rights.find(starter) : [];
  const own = authority ? permissionsWithin(authority.scopes, current) : current;
  const needed = neededFor(run).find((permission) => !own.includes(permission));
  if (needed) {
    await noteRefusal(system, claim, { action: "run.refused", subject: run.id, detail: { needed } });
    throw new RunFailure(
      "forbidden",
      `${run.startedBy.name}, who started this run, may not do so any more (${needed}), so it was stopped before its next call.`,
    );
  }
  const scopes = claim.definition?.scopes;
  return scopes ? permissionsWithin(scopes, own) : own;
}
