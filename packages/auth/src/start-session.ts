import { uuidFromTypeId } from "@crew/contracts/ids";
import type { AuthSystem, Client } from "./auth-system.ts";
import { freshUuid } from "./fresh-uuid.ts";
import type { SessionCookie } from "./session-cookie.ts";
import { insertSession } from "./session-rows.ts";

/** Signs a person in who has proven all that they must; the answer is the value of a `Set-Cookie` header. */
export async function startSession(
  system: AuthSystem,
  cookie: SessionCookie,
  userId: string,
  client: Client,
  options: { isRemembered: boolean } = { isRemembered: true },
): Promise<string> {
  return cookie.issue(await insertSession(system, { id: freshUuid(system), userUuid: uuidFromTypeId(userId), ...client }), options);
}
