import { AppError } from "../app-error.ts";
import { namesHost } from "../egress/host-patterns.ts";
import type { System } from "../system.ts";
import { openSecretReferences, secretNamesIn } from "./open-secret-references.ts";
import { findSecretHosts } from "./secret-repository.ts";

/**
 * The texts with the secrets that they name, each for the hosts that it was given for; otherwise as
 * `openSecretReferences`. Throws `invalid` when a secret was not given for the host of `url`, or is missing.
 */
export async function openSecretsForHost(
  system: Pick<System, "statements" | "secrets">,
  workspaceId: string,
  url: string,
  texts: Record<string, string>,
): Promise<Record<string, string>> {
  const names = secretNamesIn(Object.values(texts).join("\n"));
  if (names.length === 0) return texts;
  const strange = (await findSecretHosts(system.statements, workspaceId, names)).filter(({ hosts }) => !namesHost(hosts, url));
  if (strange.length > 0) {
    const words = strange.map(({ name }) => name).join(", ");
    throw new AppError("invalid", `The secret ${words} was not given for this host. Who keeps the secrets can name the host there.`);
  }
  return openSecretReferences(system, workspaceId, texts);
}
