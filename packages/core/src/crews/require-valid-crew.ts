import type { Issue } from "@crew/contracts/error-codes";
import { AppError } from "../app-error.ts";
import { checkEgressHosts } from "../egress/check-egress-hosts.ts";
import { findEgressRules } from "../egress/egress-rules-repository.ts";
import { knownProviders } from "../model-providers/known-providers.ts";
import type { Ctx } from "../system.ts";
import { listToolNames } from "../tools/tool-repository.ts";
import { checkCrew, type KnownNames } from "./check-crew.ts";
import type { CrewDraft } from "./crew-draft.ts";

/** Throws `invalid` with every issue at once. `renamePath` turns a path in the crew into one of the request. */
export async function requireValidCrew(
  ctx: Ctx<"db" | "models">,
  draft: CrewDraft,
  renamePath: (path: string) => string = (path) => path,
): Promise<void> {
  const rules = await findEgressRules(ctx.db, ctx.actor.workspaceId);
  const found: Issue[] = [...checkCrew(draft, await knownNames(ctx)), ...checkEgressHosts(draft.egressHosts, rules)];
  const issues = found.map((issue) => ({ ...issue, path: renamePath(issue.path) }));
  if (issues.length === 0) return;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  throw new AppError("invalid", `The crew cannot be kept: ${issues[0]?.message}${more}.`, { issues });
}

async function knownNames(ctx: Ctx<"db" | "models">): Promise<KnownNames> {
  return { tools: new Set(await listToolNames(ctx.db, ctx.actor.workspaceId)), providers: await knownProviders(ctx) };
}
