import { strangeCharacterIn } from "./strange-character.ts";

const MAX_SCHEMA_BYTES = 32 * 1024;
const MAX_DEPTH = 16;
const TYPES = new Set(["object", "array", "string", "number", "integer", "boolean", "null"]);

/** Why a stranger's JSON Schema of arguments cannot be taken: too large, too deep, hiding something, or no such schema. */
export function schemaFault(schema: unknown): string | null {
  // First, since all else goes down as deep as the value is.
  if (isDeeperThan(schema, MAX_DEPTH)) return `its schema is nested more than ${MAX_DEPTH} levels deep`;
  if (Buffer.byteLength(JSON.stringify(schema)) > MAX_SCHEMA_BYTES) return "its schema has more than 32 KiB";
  const strange = strangeIn(schema);
  if (strange !== null) return `its schema has a character that cannot be seen (${strange})`;
  if (!isRecord(schema) || schema.type !== "object" || !isArgumentSchema(schema)) return "its schema is not one of an object of arguments";
  return null;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(item, levels - 1));
}

function strangeIn(value: unknown): string | null {
  if (typeof value === "string") return strangeCharacterIn(value);
  if (typeof value !== "object" || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    const strange = strangeCharacterIn(key) ?? strangeIn(item);
    if (strange !== null) return strange;
  }
  return null;
}

/** Whether what arguments are checked with is of the form that the check reads; the rest is for the server and the model. */
function isArgumentSchema(schema: unknown): boolean {
  if (typeof schema === "boolean") return true;
  if (!isRecord(schema)) return false;
  const { type, properties, required, items, enum: allowed } = schema;
  if (type !== undefined && ![type].flat().every((one) => typeof one === "string" && TYPES.has(one))) return false;
  if (required !== undefined && !(Array.isArray(required) && required.every((name) => typeof name === "string"))) return false;
  if (allowed !== undefined && !Array.isArray(allowed)) return false;
  if (items !== undefined && !Array.isArray(items) && !isArgumentSchema(items)) return false;
  return properties === undefined || (isRecord(properties) && Object.values(properties).every(isArgumentSchema));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
