import { z } from "zod";

/** The nouns that have an id of their own, with the prefix that their ids carry on the wire. */
export const ID_PREFIXES = [
  "user",
  "workspace",
  "crew",
  "agent",
  "task",
  "tool",
  "run",
  "event",
  "attempt",
  "output",
  "approval",
  "conversation",
  "message",
  "image",
  "key",
  "provider",
  "ticket",
  "worker",
  "audit",
  "session",
  "invitation",
  "role",
  "grant",
  "client",
  "secret",
  "alert",
  "webhook",
  "delivery",
  "mcp",
  "memory",
  "halt",
  "letter",
  "budget",
  "schedule",
  "trigger",
  "backup",
  "req",
] as const;

export type IdPrefix = (typeof ID_PREFIXES)[number];

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * `crew` + `0192…` (a UUID) → `crew_01j…`: a TypeID (spec 0.3: 26 characters of Crockford's base 32, most
 * significant bit first), which sorts by time because the UUID is version 7.
 */
export function typeIdFromUuid(prefix: IdPrefix, uuid: string): string {
  let value = BigInt(`0x${uuid.replaceAll("-", "")}`);
  let text = "";
  for (let i = 0; i < 26; i++) {
    text = ALPHABET[Number(value & 31n)] + text;
    value >>= 5n;
  }
  return `${prefix}_${text}`;
}

/** The UUID inside a TypeID. Throws a `RangeError` on anything else: callers parse ids at the door. */
export function uuidFromTypeId(id: string): string {
  const text = id.slice(id.lastIndexOf("_") + 1);
  if (text.length !== 26) throw new RangeError(`not a TypeID: ${id}`);
  let value = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) throw new RangeError(`not a TypeID: ${id}`);
    value = (value << 5n) | BigInt(digit);
  }
  const hex = value.toString(16).padStart(32, "0");
  if (hex.length > 32) throw new RangeError(`not a TypeID: ${id}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** An id of one noun. The plain UUID form is accepted too (CrewAI AMP clients send it) and becomes the TypeID. */
function typeId<P extends IdPrefix>(prefix: P) {
  const pattern = new RegExp(`^(?:${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$`);
  return z
    .string()
    .regex(pattern, `must be an id like ${prefix}_01j…`)
    .overwrite((id) => (UUID.test(id) ? typeIdFromUuid(prefix, id) : id));
}

export const UserId = typeId("user");
export const WorkspaceId = typeId("workspace");
export const CrewId = typeId("crew");
export const AgentId = typeId("agent");
export const TaskId = typeId("task");
export const ToolId = typeId("tool");
export const RunId = typeId("run");
export const AttemptId = typeId("attempt");
export const ApprovalId = typeId("approval");
export const ConversationId = typeId("conversation");
export const MessageId = typeId("message");
export const ImageId = typeId("image");
export const ApiKeyId = typeId("key");
export const ModelProviderId = typeId("provider");
export const InvitationId = typeId("invitation");
export const RoleId = typeId("role");
export const OAuthClientId = typeId("client");
export const OAuthGrantId = typeId("grant");
export const SecretId = typeId("secret");
export const AuditEventId = typeId("audit");
export const WebhookId = typeId("webhook");
export const WebhookDeliveryId = typeId("delivery");
export const McpServerId = typeId("mcp");
export const MemoryId = typeId("memory");
export const HaltId = typeId("halt");
export const DeadLetterId = typeId("letter");
export const WorkerId = typeId("worker");
export const BudgetId = typeId("budget");
export const ScheduleId = typeId("schedule");
export const TriggerId = typeId("trigger");
export const TriggerDeliveryId = typeId("delivery");
export const BackupId = typeId("backup");
