import type { StepUp } from "@crew/contracts/session";
import type { Actor } from "@crew/core/access/actor";
import type { SignInProvider } from "@crew/core/sessions/sign-in-provider";
import type { System } from "@crew/core/system";
import type { AccessTokens } from "./access-tokens.ts";
import type { OAuthServer } from "./oauth-server.ts";
import type { OriginPolicy } from "./origin-policy.ts";
import type { SessionCookie } from "./session-cookie.ts";

/** What authentication needs beside the ports: the secret that signs cookies. */
export type AuthSystem = System & {
  authSecret: string;
  signIn: { providers: readonly SignInProvider[]; fetch: typeof globalThis.fetch };
};

/** Where a request came from; written beside the session, for its owner to recognize it. */
export interface Client {
  address: string | null;
  userAgent: string | null;
}

export interface FirstFactorPassed {
  /** Value of a `Set-Cookie` header: the session's, or that of a sign-in which waits for the second factor. */
  setCookie: string;
  twoFactorRequired: boolean;
}

export interface Auth {
  origins: OriginPolicy;
  cookie: SessionCookie;
  tokens: AccessTokens;
  oauth: OAuthServer;
  /** Answers what is under `/api/auth`; throws `AppError`. */
  handle(request: Request, client: Client): Promise<Response>;
  /** What every way of signing in ends with, once it is proven who the person is. */
  passFirstFactor(userId: string, client: Client): Promise<FirstFactorPassed>;
  /** Proves again who holds the session, for the next ten minutes. Throws `invalid` or `limited`. */
  stepUp(actor: Actor, input: StepUp, client: Client): Promise<void>;
  /** Signs a person in who has proven all factors; the answer is the value of a `Set-Cookie` header. */
  startSession(userId: string, client: Client): Promise<string>;
}
