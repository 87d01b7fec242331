import type { EgressRules } from "@crew/contracts/egress";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { egressRulesTable as rules } from "@crew/db/egress-rules-table";
import { eq } from "drizzle-orm";
import type { Db, Statement, Statements } from "../system.ts";

/** Before anybody has said anything: every public host. */
const OPEN: EgressRules = { allow: null, deny: [], updatedBy: null, updatedAt: null };

export async function findEgressRules(db: Db, workspaceId: string): Promise<EgressRules> {
  const [row] = await db
    .select({ allow: rules.allow, deny: rules.deny, updatedBy: rules.updatedBy, updatedAt: rules.updatedAt })
    .from(rules)
    .where(eq(rules.workspaceId, workspaceId));
  return row ?? OPEN;
}

const FIND_HOSTS: Statement = { name: "find_egress_hosts", text: "SELECT allow, deny FROM egress_rules WHERE workspace_id = $1" };

/** Asked before every call that reaches out, so that a change counts at once. */
export async function findEgressHosts(statements: Statements, workspaceId: string): Promise<Pick<EgressRules, "allow" | "deny">> {
  const [row] = await statements.run<Pick<EgressRules, "allow" | "deny">>(FIND_HOSTS, [uuidFromTypeId(workspaceId)]);
  return row ?? OPEN;
}

export async function saveEgressRules(db: Db, row: typeof rules.$inferInsert): Promise<void> {
  const { workspaceId: _, ...change } = row;
  await db.insert(rules).values(row).onConflictDoUpdate({ target: rules.workspaceId, set: change });
}
