import type { Permission } from "@crew/contracts/permissions";

/** Every permission as a person would say it, under the noun that it is about. The compiler names one that is missing. */
export const PERMISSION_WORDS: Record<Permission, string> = {
  "workspace:read": "see the workspace",
  "workspace:write": "edit the workspace and its rules",
  "workspace:own": "hand over or delete the workspace",
  "members:read": "see who is in the workspace",
  "members:write": "invite and remove people, change their roles",
  "roles:write": "make roles of its own",
  "crews:read": "see crews",
  "crews:write": "build and change crews",
  "crews:grant": "say who may use a crew",
  "runs:read": "see runs and their results",
  "runs:start": "start runs",
  "runs:cancel": "stop runs",
  "runs:approve": "answer what a run asks",
  "runs:halt": "halt crews or the whole workspace",
  "dead-letters:read": "see dead letters",
  "dead-letters:write": "redrive and discard dead letters",
  "workers:read": "see workers and queues",
  "schedules:read": "see schedules",
  "schedules:write": "make and change schedules",
  "triggers:read": "see incoming webhooks",
  "triggers:write": "make and change incoming webhooks",
  "webhooks:read": "see outgoing webhooks",
  "webhooks:write": "make and change outgoing webhooks",
  "usage:read": "see what was spent",
  "budgets:read": "see budgets",
  "budgets:write": "set budgets",
  "conversations:read": "read conversations",
  "conversations:write": "chat",
  "memories:read": "see what crews remember",
  "memories:write": "change what crews remember",
  "api-keys:read": "see their API keys",
  "api-keys:write": "create and revoke their API keys",
  "oauth-clients:read": "see OAuth apps",
  "oauth-clients:write": "register and remove OAuth apps",
  "model-providers:read": "see model providers",
  "model-providers:write": "add and remove model providers",
  "mcp-servers:read": "see MCP servers",
  "mcp-servers:write": "add and remove MCP servers",
  "secrets:read": "see which secrets there are",
  "secrets:write": "set and remove secrets",
  "audit:read": "read the audit log",
  "security:read": "see security events and outgoing hosts",
  "security:write": "set outgoing hosts and security rules",
};

export const PERMISSION_GROUPS: readonly { label: string; permissions: readonly Permission[] }[] = [
  { label: "Crews", permissions: ["crews:read", "crews:write", "crews:grant"] },
  { label: "Runs", permissions: ["runs:read", "runs:start", "runs:cancel", "runs:approve", "runs:halt"] },
  { label: "Operation", permissions: ["workers:read", "dead-letters:read", "dead-letters:write"] },
  {
    label: "Starting by itself",
    permissions: ["schedules:read", "schedules:write", "triggers:read", "triggers:write", "webhooks:read", "webhooks:write"],
  },
  { label: "Money", permissions: ["usage:read", "budgets:read", "budgets:write"] },
  { label: "Chat", permissions: ["conversations:read", "conversations:write"] },
  { label: "Memory", permissions: ["memories:read", "memories:write"] },
  { label: "Models and tools", permissions: ["model-providers:read", "model-providers:write", "mcp-servers:read", "mcp-servers:write"] },
  { label: "Programs", permissions: ["api-keys:read", "api-keys:write", "oauth-clients:read", "oauth-clients:write"] },
  { label: "People", permissions: ["members:read", "members:write", "roles:write"] },
  { label: "Workspace", permissions: ["workspace:read", "workspace:write", "workspace:own"] },
  {
    label: "Security",
    permissions: ["secrets:read", "secrets:write", "audit:read", "security:read", "security:write"],
  },
];

/** `see runs and their results`; a permission of a newer server stands for itself. */
export function permissionWords(permission: string): string {
  return PERMISSION_WORDS[permission as Permission] ?? permission;
}
