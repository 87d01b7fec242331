import { uuidFromTypeId } from "@crew/contracts/ids";
import type { System } from "@crew/core/system";
import type { Pool } from "pg";
import { handleAuthRequest } from "./handle-auth-request.ts";
import { type OriginPolicy, originPolicy } from "./origin-policy.ts";
import { type SessionCookie, sessionCookie } from "./session-cookie.ts";
import { insertSession } from "./session-rows.ts";

/** What authentication needs beside the ports: the pool that Better Auth works on, and the secret that signs cookies. */
export type AuthSystem = System & { pool: Pool; authSecret: string };

/** Where a request came from; written beside the session, for its owner to recognize it. */
export interface Client {
  address: string | null;
  userAgent: string | null;
}

export interface Auth {
  origins: OriginPolicy;
  cookie: SessionCookie;
  /** Answers what is under `/api/auth`; throws `AppError`. */
  handle(request: Request, client: Client): Promise<Response>;
  /** Signs a person in whose identity was proven otherwise; the answer is the value of a `Set-Cookie` header. */
  startSession(userId: string, client: Client): Promise<string>;
}

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
    handle: handleAuthRequest(system, { origins, cookie }),
    async startSession(userId, client) {
      const token = await insertSession(system, { id: freshUuid(system), userUuid: uuidFromTypeId(userId), ...client });
      return cookie.issue(token);
    },
  };
}

/** Better Auth's rows have ids without a prefix of their own. */
export function freshUuid(system: Pick<System, "newId">): string {
  return uuidFromTypeId(system.newId("user"));
}
