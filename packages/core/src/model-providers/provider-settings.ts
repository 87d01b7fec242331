import type { InstallationInfo, ProviderSettings, SecretPlace, System } from "../system.ts";
import type { KeptProvider } from "./model-provider-repository.ts";

/** What a call to this provider needs, its key opened. Stays inside the process. */
export async function providerSettings(ctx: Pick<System, "secrets" | "installation">, provider: KeptProvider): Promise<ProviderSettings> {
  const { kind, name, baseUrl, models, contextTokens, apiKeyEncrypted, wrappedDataKey } = provider;
  let apiKey: string | null = null;
  if (apiKeyEncrypted !== null) {
    if (wrappedDataKey === null) throw new Error(`provider ${provider.id} has a key whose data key is gone`);
    apiKey = await ctx.secrets.open(wrappedDataKey, apiKeyPlace(provider), apiKeyEncrypted);
  }
  return { kind, name, baseUrl, models, contextTokens, apiKey, isTrusted: mayReachThisMachine(ctx.installation) };
}

export function apiKeyPlace({ id, workspaceId }: { id: string; workspaceId: string }): SecretPlace {
  return { workspaceId, table: "model_providers", column: "api_key_encrypted", rowId: id };
}

/**
 * Whether a workspace may name a private address such as `http://127.0.0.1:11434/v1`. On a server that would let any
 * administrator of any workspace talk to the server's own network, so there only the operator opens one, with
 * CREW_EGRESS_ALLOW. An embedded installation that only this machine reaches is its owner's own: a model server beside
 * it is the usual case, and who may enter the address could as well connect to it.
 */
function mayReachThisMachine({ mode, publicUrl }: InstallationInfo): boolean {
  return mode === "embedded" && ["localhost", "127.0.0.1", "[::1]"].includes(new URL(publicUrl).hostname);
}
