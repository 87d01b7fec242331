import { AppError } from "../app-error.ts";
import type { System } from "../system.ts";
import { findSealedSecrets, type SealedSecret, secretPlace } from "./secret-repository.ts";

const REFERENCE = /\{\{secret:([A-Z][A-Z0-9_]{0,63})\}\}/g;

/** Names of the secrets that a text refers to, each once. */
export function secretNamesIn(text: string): string[] {
  return [...new Set([...text.matchAll(REFERENCE)].map(([, name]) => name ?? ""))];
}

/**
 * The texts with the workspace's values where they say `{{secret:NAME}}`, such as the headers of a tool's request. Only
 * for the moment of use: what comes back goes into no event, prompt, log, job or answer, and whatever the other side
 * answers passes `secrets.redact` before it goes on. Throws `invalid` when a secret is missing.
 */
export async function openSecretReferences(
  system: Pick<System, "statements" | "secrets">,
  workspaceId: string,
  texts: Record<string, string>,
): Promise<Record<string, string>> {
  const names = secretNamesIn(Object.values(texts).join("\n"));
  if (names.length === 0) return texts;
  const sealed = await findSealedSecrets(system.statements, workspaceId, names);
  const values = new Map(await Promise.all(sealed.map(async (secret) => [secret.name, await open(system, workspaceId, secret)] as const)));
  const missing = names.filter((name) => !values.has(name));
  if (missing.length > 0)
    throw new AppError("invalid", `The workspace has no secret named ${missing.join(", ")}. Add it, or correct the reference to it.`);
  return Object.fromEntries(
    // A function, since a value may hold `$&`; a value that looks like a reference is not read again.
    Object.entries(texts).map(([key, text]) => [key, text.replace(REFERENCE, (_, name: string) => values.get(name) ?? "")]),
  );
}

function open(system: Pick<System, "secrets">, workspaceId: string, secret: SealedSecret): Promise<string> {
  return system.secrets.open(secret.wrappedKey, { ...secretPlace(secret), workspaceId }, secret.valueSealed);
}
