import { uuidFromTypeId } from "@crew/contracts/ids";
import { noteSecurityEvent } from "@crew/core/security/note-security-event";
import { freshRowId } from "@crew/core/sessions/fresh-row-id";
import type { AuthSystem, Client } from "./auth-system.ts";
import type { SessionCookie } from "./session-cookie.ts";
import { insertSession } from "./session-rows.ts";

export interface SessionStart {
  isRemembered?: boolean;
  /** How the person has signed in, for the log; absent where a session only takes another one's place. */
  by?: string;
}

/** Signs a person in who has proven all that they must; the answer is the value of a `Set-Cookie` header. */
export async function startSession(
  system: AuthSystem,
  cookie: SessionCookie,
  userId: string,
  client: Client,
  { isRemembered = true, by }: SessionStart = {},
): Promise<string> {
  const token = await insertSession(system, { id: freshRowId(system), userUuid: uuidFromTypeId(userId), ...client });
  if (by !== undefined) noteSecurityEvent(system, { kind: "sign_in.succeeded", userId, address: client.address, detail: { by } });
  return cookie.issue(token, { isRemembered });
}
