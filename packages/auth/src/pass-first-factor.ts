import { uuidFromTypeId } from "@crew/contracts/ids";
import type { AuthSystem, Client, FirstFactorPassed } from "./auth-system.ts";
import { pendingCookie } from "./pending-cookie.ts";
import type { SessionCookie } from "./session-cookie.ts";
import { insertChallenge } from "./sign-in-challenge-rows.ts";
import { type SessionStart, startSession } from "./start-session.ts";

/**
 * What every way of signing in ends with, once it is proven who the person is (by password, another's sign-in, the local
 * owner's link): a session; or, for who has a second factor, a cookie that `/api/auth/two-factor` takes and nothing else
 * does.
 */
export async function passFirstFactor(
  system: AuthSystem,
  cookie: SessionCookie,
  userId: string,
  client: Client,
  options: SessionStart = {},
): Promise<FirstFactorPassed> {
  const pending = await insertChallenge(system, uuidFromTypeId(userId), options.isRemembered ?? true);
  if (pending) return { setCookie: pendingCookie(system.installation.publicUrl).issue(pending), twoFactorRequired: true };
  return { setCookie: await startSession(system, cookie, userId, client, options), twoFactorRequired: false };
}
