import type { SecuritySeverity } from "@crew/contracts/security-events";
import { permissionWords } from "../roles/permission-words.ts";

export interface SecurityKind {
  /** What happened, in the fewest words. */
  words: string;
  /** What it means, and what to do about it. */
  meaning: string;
  /** Where one looks next. */
  place?: { href: string; label: string };
}

/** Every kind that the platform notes, in the order in which the filter offers them. */
export const SECURITY_KINDS: Record<string, SecurityKind> = {
  "sign_in.failed": {
    words: "Failed sign-in",
    meaning: "A wrong password, or another sign-in service that sent somebody back without proof. Many from one address are an attack.",
  },
  "sign_in.limited": {
    words: "Sign-in shut for a while",
    meaning: "Too many passwords were tried for one account; further ones are refused unread until the time is over.",
  },
  "sign_in.succeeded": { words: "Sign-in", meaning: "Somebody signed in. For the record." },
  "password.refused": {
    words: "Wrong password at a repeated check",
    meaning: "Somebody who is signed in gave a wrong password where an act asks who they are once more.",
  },
  "second_factor.failed": { words: "Wrong code", meaning: "The password was right and the code of the second factor was not." },
  "second_factor.locked": {
    words: "Second factor locked",
    meaning: "Too many wrong codes by somebody who knows the password. Its owner has been told by mail and should choose another password.",
    place: { href: "/settings/members", label: "Members" },
  },
  "permission.denied": {
    words: "Not allowed",
    meaning: "A request asked for what its person, key or app may not do. Many are a program with too few rights, or somebody who probes.",
  },
  "limit.reached": { words: "Too many requests", meaning: "A caller sent more than its limit allows and was told to wait." },
  "oauth_token.reused": {
    words: "An app's token was used twice",
    meaning:
      "A token that was replaced came back: somebody else may hold a copy. What the app was allowed has ended; its person allows it anew.",
    place: { href: "/settings/oauth-apps", label: "OAuth apps" },
  },
  "egress.denied": {
    words: "Host not allowed",
    meaning: "An agent or a server of tools was to reach a host that the rules or the network refuse. Nothing was sent.",
    place: { href: "/settings/egress", label: "Outgoing hosts" },
  },
  "tool.refused": {
    words: "Tool not allowed",
    meaning: "An agent wanted a tool that whoever started its run may not use. It was not used.",
  },
  "run.refused": { words: "Run without its rights", meaning: "Whoever started the run lost a permission that it needs; it was stopped." },
  "mcp.tool_changed": {
    words: "A tool has changed",
    meaning: "An MCP server says something else of a tool than was approved. It is off until somebody approves the new text.",
    place: { href: "/settings/mcp-servers", label: "MCP servers" },
  },
  "webhook.failed": {
    words: "Webhook not delivered",
    meaning:
      "An address did not take a message for a day, or said that it wants nothing more. The message was given up; it can be sent again.",
    place: { href: "/settings/webhooks", label: "Webhooks" },
  },
  "webhook.disabled": {
    words: "Webhook switched off",
    meaning:
      "An address took nothing for five days, or said that it wants nothing more. It is told nothing until somebody switches it on again.",
    place: { href: "/settings/webhooks", label: "Webhooks" },
  },
  "audit.broken": {
    words: "Audit log broken",
    meaning: "A row of the audit log was changed, taken out or put in behind the platform's back. Find out who can write to the database.",
    place: { href: "/settings/audit", label: "Audit log" },
  },
};

/** One that a newer server notes stands for itself. */
export function kindWords(kind: string): string {
  return SECURITY_KINDS[kind]?.words ?? kind.replaceAll(/[._]/g, " ");
}

export const SEVERITY_WORDS: Record<SecuritySeverity, string> = { critical: "critical", warning: "warning", info: "for the record" };

/** Beginnings of event types that a webhook can listen to. */
export const ALERT_TOPICS: readonly { events: string; words: string }[] = [
  { events: "security.", words: "Everything about security" },
  { events: "security.sign_in.", words: "Sign-ins" },
  { events: "security.password.", words: "Wrong passwords at a repeated check" },
  { events: "security.second_factor.", words: "Second factors" },
  { events: "security.permission.", words: "What was not allowed" },
  { events: "security.limit.", words: "Too many requests" },
  { events: "security.oauth_token.", words: "Tokens of apps" },
  { events: "security.egress.", words: "Hosts that were not allowed" },
  { events: "security.tool.", words: "Tools that were not allowed" },
  { events: "security.run.", words: "Runs without their rights" },
  { events: "security.mcp.", words: "Tools that have changed" },
  { events: "security.webhook.", words: "Webhooks that were not delivered" },
  { events: "security.audit.", words: "A broken audit log" },
];

const FACTS: Record<string, string> = {
  by: "How",
  provider: "Through",
  because: "Why",
  reason: "Why",
  why: "Why",
  error: "What went wrong",
  tries: "Wrong codes in a row",
  lockedUntil: "Locked until",
  route: "What was asked",
  actor: "Asked by",
  apiKeyId: "With the key",
  policy: "Limit",
  host: "Host",
  runId: "Run",
  tool: "Tool",
  serverId: "MCP server",
  needed: "Permission that it lacks",
  clientId: "App",
  grantId: "Grant",
  webhookId: "Webhook",
  seq: "Row of the log",
  id: "Id",
  taskKey: "Task",
  agentKey: "Agent",
};

const ACTORS: Record<string, string> = { user: "a person", api_key: "an API key", oauth_client: "an app" };

export interface SecurityFact {
  key: string;
  name: string;
  text: string;
}

/** The detail of an event as a person would say it; what is not there is left out. */
export function securityFacts(detail: Record<string, unknown>): SecurityFact[] {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([key, value]) => ({ key, name: FACTS[key] ?? nameOf(key), text: factText(key, value) }));
}

function nameOf(key: string): string {
  const words = key.replaceAll(/([A-Z])|_/g, (_, capital?: string) => ` ${capital?.toLowerCase() ?? ""}`).trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function factText(key: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => factText(key, one)).join(", ");
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  const text = String(value);
  if (key === "needed") return permissionWords(text);
  if (key === "actor") return ACTORS[text] ?? text;
  if (key === "by" && text === "password") return "by password";
  if (key.endsWith("Until") || key.endsWith("At")) {
    const at = new Date(text);
    return Number.isNaN(at.getTime()) ? text : at.toLocaleString();
  }
  return text;
}
