import type { OAuthClientKind } from "@crew/contracts/oauth-clients";
import { AppError } from "../app-error.ts";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);
/** A scheme of an app's own; those that browsers act on themselves are none. */
const OWN_SCHEME = /^[a-z][a-z0-9+.-]{2,60}:$/;
const BROWSERS_OWN = new Set([
  "javascript:",
  "data:",
  "file:",
  "blob:",
  "about:",
  "vbscript:",
  "view-source:",
  "ftp:",
  "mailto:",
  "ws:",
  "wss:",
]);

/** Throws `invalid` for an address to which no code may ever be sent. */
export function checkRedirectUris(uris: readonly string[], kind: OAuthClientKind): void {
  const issues = uris.flatMap((uri, index) => {
    const message = faultOf(uri, kind);
    return message ? [{ path: `redirectUris.${index}`, message }] : [];
  });
  if (new Set(uris).size < uris.length) issues.push({ path: "redirectUris", message: "must name each address once" });
  if (issues.length > 0) throw new AppError("invalid", `A redirect address cannot be used: it ${issues[0]?.message}.`, { issues });
}

function faultOf(uri: string, kind: OAuthClientKind): string | undefined {
  if (!URL.canParse(uri) || /[\s\\*]/.test(uri)) return "must be a complete address without wildcards or spaces";
  const { protocol, hostname, username, password } = new URL(uri);
  if (uri.includes("#")) return "must have no fragment";
  if (username || password) return "must have no user name or password";
  if (protocol === "https:") return LOOPBACK.has(hostname) ? "must be http on this machine" : undefined;
  if (protocol === "http:") return LOOPBACK.has(hostname) ? undefined : "must be https, or http on this machine";
  if (BROWSERS_OWN.has(protocol) || !OWN_SCHEME.test(protocol)) return "has a scheme that cannot be used";
  return kind === "public" ? undefined : "must be https: a secret cannot be kept by what a scheme opens";
}
