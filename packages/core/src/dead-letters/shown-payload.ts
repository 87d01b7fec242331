import type { System } from "../system.ts";

const SECRET_NAME = /token|secret|password|key|authorization|cookie|ticket|code/i;

/** A job's payload without secrets: neither what stands under a name that holds one, nor any that this process knows. */
export function shownPayload(system: Pick<System, "secrets">, payload: Record<string, unknown>): Record<string, unknown> {
  return withoutSecrets(payload, system.secrets.redact) as Record<string, unknown>;
}

function withoutSecrets(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, redact));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      typeof inner === "string" && SECRET_NAME.test(name) ? "[redacted]" : withoutSecrets(inner, redact),
    ]),
  );
}
