import type { SignInProvider } from "@crew/core/sessions/sign-in-provider";
import type { System } from "@crew/core/system";
import type { Pool } from "pg";
import type { AccessTokens } from "./access-tokens.ts";
import type { OriginPolicy } from "./origin-policy.ts";
import type { SessionCookie } from "./session-cookie.ts";

/** What authentication needs beside the ports: the pool that Better Auth works on, and the secret that signs cookies. */
export type AuthSystem = System & {
  pool: Pool;
  authSecret: string;
  signIn: { providers: readonly SignInProvider[]; fetch: typeof globalThis.fetch };
};

/** Where a request came from; written beside the session, for its owner to recognize it. */
export interface Client {
  address: string | null;
  userAgent: string | null;
}

export interface Auth {
  origins: OriginPolicy;
  cookie: SessionCookie;
  tokens: AccessTokens;
  /** Answers what is under `/api/auth`; throws `AppError`. */
  handle(request: Request, client: Client): Promise<Response>;
  /** Signs a person in whose identity was proven otherwise; the answer is the value of a `Set-Cookie` header. */
  startSession(userId: string, client: Client): Promise<string>;
}
