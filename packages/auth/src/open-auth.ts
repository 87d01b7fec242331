import { uuidFromTypeId } from "@crew/contracts/ids";
import { accessTokens } from "./access-tokens.ts";
import type { Auth, AuthSystem } from "./auth-system.ts";
import { freshUuid } from "./fresh-uuid.ts";
import { handleAuthRequest } from "./handle-auth-request.ts";
import { originPolicy } from "./origin-policy.ts";
import { sessionCookie } from "./session-cookie.ts";
import { insertSession } from "./session-rows.ts";

export interface AuthOptions {
  /** Origins beside the public URL's that browsers may come from. */
  trustedOrigins?: string[];
  /** Hosts beside the public URL's and this machine's that requests may name, such as a service's own in a cluster. */
  allowedHosts?: string[];
}

export function openAuth(system: AuthSystem, options: AuthOptions = {}): Auth {
  const { publicUrl } = system.installation;
  const origins = originPolicy({ publicUrl, ...options });
  const cookie = sessionCookie({ secret: system.authSecret, publicUrl });
  return {
    origins,
    cookie,
    tokens: accessTokens(system),
    handle: handleAuthRequest(system, { origins, cookie }),
    async startSession(userId, client) {
      const token = await insertSession(system, { id: freshUuid(system), userUuid: uuidFromTypeId(userId), ...client });
      return cookie.issue(token);
    },
  };
}
