/** What was done, as a sentence part: `secret.created` → `secret created`. */
export function actionWords(action: string): string {
  return action
    .replaceAll(/[._]/g, " ")
    .replace(/\bapi\b/, "API")
    .replace(/\boauth\b/, "OAuth")
    .replace(/\bmcp\b/, "MCP");
}

/** Beginnings of actions that people look for. */
export const AUDIT_NOUNS = [
  ["", "Everything"],
  ["account.", "Accounts and passwords"],
  ["second_factor.", "Second factors"],
  ["member.", "Members"],
  ["invitation.", "Invitations"],
  ["role.", "Roles"],
  ["workspace.", "Workspace"],
  ["crew", "Crews"],
  ["run", "Runs"],
  ["approval.", "Approvals"],
  ["conversation.", "Conversations"],
  ["api_key.", "API keys"],
  ["oauth_", "Apps"],
  ["halt.", "Kill switches"],
  ["dead_letter.", "Dead letters"],
  ["budget.", "Budgets"],
  ["schedule.", "Schedules"],
  ["trigger.", "Triggers"],
  ["webhook.", "Webhooks"],
  ["secret.", "Secrets"],
  ["model_provider.", "Model providers"],
  ["egress_rules.", "Outgoing hosts"],
  ["audit.", "Audit log"],
  ["backup.", "Backups"],
  ["installation.", "Restored installation"],
] as const;

interface Verdict {
  intact: boolean;
  checked: number;
  firstBroken: { seq: number | null; why: string } | null;
}

/** The result of a chain check as a person would say it. */
export function verdictWords(verdict: Verdict): string {
  const events = verdict.checked === 1 ? "1 event" : `${verdict.checked.toLocaleString("en-US")} events`;
  if (verdict.intact) return `The chain holds: ${events} were looked at, none was changed, taken out or put in.`;
  const at = verdict.firstBroken?.seq ? ` at event ${verdict.firstBroken.seq}` : "";
  return `The chain is broken${at}: ${verdict.firstBroken?.why ?? "an event does not fit the one before"} What stands before it holds.`;
}
