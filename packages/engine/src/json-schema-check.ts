/** The part of JSON Schema that tool arguments and answers are described with. */
export interface ArgumentSchema {
  type?: ArgumentType | readonly ArgumentType[];
  description?: string;
  properties?: Record<string, ArgumentSchema>;
  required?: readonly string[];
  additionalProperties?: boolean;
  items?: ArgumentSchema;
  maxItems?: number;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

type ArgumentType = "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";

const MOST_PROBLEMS = 5;

/** What does not fit, in words for the model that wrote the value; empty when all is well. At most five problems. */
export function schemaProblems(schema: ArgumentSchema, value: unknown, path = "", whole = "the arguments"): string[] {
  const where = path === "" ? whole : `"${path}"`;
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => hasType(type, value)))
    return [`${where} must be ${types.map((type) => `${article(type)} ${type}`).join(" or ")}`];
  const problems = [...limitProblems(schema, value, where)];
  if (Array.isArray(value) && schema.maxItems !== undefined && value.length > schema.maxItems)
    problems.push(`${where} must have at most ${schema.maxItems} items`);
  if (Array.isArray(value) && schema.items !== undefined) {
    for (const [index, item] of value.entries()) {
      problems.push(...schemaProblems(schema.items, item, `${path}[${index}]`));
      if (problems.length >= MOST_PROBLEMS) break;
    }
  } else if (isObject(value)) {
    problems.push(...objectProblems(schema, value, path));
  }
  return problems.slice(0, MOST_PROBLEMS);
}

function objectProblems(schema: ArgumentSchema, value: Record<string, unknown>, path: string): string[] {
  const problems: string[] = [];
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  const known = schema.properties ?? {};
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) problems.push(`"${at(name)}" is missing`);
  }
  for (const [name, item] of Object.entries(value)) {
    if (Object.hasOwn(known, name)) problems.push(...schemaProblems(known[name] ?? {}, item, at(name)));
    else if (schema.additionalProperties === false)
      problems.push(`"${at(name)}" is not known (known: ${Object.keys(known).join(", ") || "none"})`);
    if (problems.length >= MOST_PROBLEMS) break;
  }
  return problems;
}

function limitProblems(schema: ArgumentSchema, value: unknown, where: string): string[] {
  const problems: string[] = [];
  if (schema.enum !== undefined && !schema.enum.some((allowed) => allowed === value)) {
    problems.push(`${where} must be one of ${schema.enum.map((allowed) => JSON.stringify(allowed)).join(", ")}`);
  }
  if (typeof value === "number") {
    if (schema.minimum !== undefined && value < schema.minimum) problems.push(`${where} must be at least ${schema.minimum}`);
    if (schema.maximum !== undefined && value > schema.maximum) problems.push(`${where} must be at most ${schema.maximum}`);
  }
  if (typeof value === "string" && schema.maxLength !== undefined && value.length > schema.maxLength) {
    problems.push(`${where} must have at most ${schema.maxLength} characters`);
  }
  return problems;
}

function hasType(type: ArgumentType, value: unknown): boolean {
  if (type === "object") return isObject(value);
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "number") return typeof value === "number" && Number.isFinite(value);
  if (type === "null") return value === null;
  return typeof value === type;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function article(word: string): string {
  return /^[aeiou]/.test(word) ? "an" : "a";
}
