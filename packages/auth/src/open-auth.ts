import { accessTokens } from "./access-tokens.ts";
import type { Auth, AuthSystem } from "./auth-system.ts";
import { handleAuthRequest } from "./handle-auth-request.ts";
import { oauthServer } from "./oauth-server.ts";
import { originPolicy } from "./origin-policy.ts";
import { passFirstFactor } from "./pass-first-factor.ts";
import { sessionCookie } from "./session-cookie.ts";
import { startSession } from "./start-session.ts";
import { stepUp } from "./step-up.ts";

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
  const tokens = accessTokens(system);
  return {
    origins,
    cookie,
    tokens,
    oauth: oauthServer(system, tokens),
    handle: handleAuthRequest(system, { origins, cookie }),
    passFirstFactor: (userId, client) => passFirstFactor(system, cookie, userId, client, { by: "link" }),
    stepUp: (actor, input, client) => stepUp(system, actor, input, client),
    startSession: (userId, client) => startSession(system, cookie, userId, client),
  };
}
