import { typeIdFromUuid } from "@crew/contracts/ids";
import { AppError } from "@crew/core/app-error";
import type { Statement } from "@crew/core/system";
import { type AuthParts, type AuthRoutes, answerJson, requireSession } from "./auth-call.ts";
import type { AuthSystem } from "./auth-system.ts";
import { deviceWords } from "./device-words.ts";
import { readNothing, readSessionId } from "./read-auth-body.ts";
import { findSession, removeSession } from "./session-rows.ts";
import { shownPerson } from "./shown-person.ts";

interface ListedRow {
  id: string;
  userAgent: string | null;
  address: string | null;
  createdAt: string;
  lastUsedAt: string;
}

const LIST: Statement = {
  name: "list-own-sessions",
  text: `SELECT id, user_agent AS "userAgent", nullif(ip_address, '') AS address, created_at AS "createdAt", updated_at AS "lastUsedAt"
    FROM sessions WHERE user_id = $1 AND expires_at > now() ORDER BY updated_at DESC LIMIT 100`,
};

/** One of them, all but one, or all; always one person's. */
const REVOKE: Statement = {
  name: "revoke-own-sessions",
  text: "DELETE FROM sessions WHERE user_id = $1 AND ($2::text IS NULL OR id::text = $2) AND ($3::uuid IS NULL OR id <> $3) RETURNING id",
};

/** A person's sessions, by ids: what opens one is never shown. */
export function ownSessionRoutes(system: AuthSystem, parts: AuthParts): AuthRoutes {
  // Sockets and streams that were opened with one of them listen for this.
  const tellRevoked = (userUuid: string) => system.bus.publish(`actor:${typeIdFromUuid("user", userUuid)}`, { type: "revoked" });

  async function revoke(userUuid: string, which: { id?: string; except?: string }): Promise<number> {
    const rows = await system.statements.run(REVOKE, [userUuid, which.id ?? null, which.except ?? null]);
    if (rows.length > 0) tellRevoked(userUuid);
    return rows.length;
  }
  return {
    "GET /get-session": async ({ request }) => {
      const token = parts.cookie.read(request.headers.get("cookie") ?? undefined);
      const row = token && (await findSession(system, token, null));
      if (!row) return answerJson(null);
      return answerJson({ session: { id: row.sessionId }, user: await shownPerson(system, typeIdFromUuid("user", row.userId)) });
    },
    "POST /sign-out": async ({ request, body }) => {
      readNothing(body);
      const token = parts.cookie.read(request.headers.get("cookie") ?? undefined);
      const userUuid = token && (await removeSession(system, token));
      if (userUuid) tellRevoked(userUuid);
      const answer = answerJson({ success: true }, [parts.cookie.clear()]);
      // Drafts, and what else pages have kept: whoever sits down next finds nothing.
      answer.headers.set("clear-site-data", '"storage"');
      return answer;
    },
    "GET /list-sessions": async (call) => {
      const own = await requireSession(system, parts, call);
      const rows = await system.statements.run<ListedRow>(LIST, [own.userId]);
      return answerJson(
        rows.map(({ userAgent, ...row }) => ({ ...row, device: deviceWords(userAgent), isCurrent: row.id === own.sessionId })),
      );
    },
    "POST /revoke-session": async (call) => {
      const own = await requireSession(system, parts, call);
      if ((await revoke(own.userId, { id: readSessionId(call.body) })) === 0)
        throw new AppError("not_found", "You have no session with this id.");
      return answerJson({ status: true });
    },
    "POST /revoke-sessions": async (call) => {
      readNothing(call.body);
      await revoke((await requireSession(system, parts, call)).userId, {});
      return answerJson({ status: true });
    },
    "POST /revoke-other-sessions": async (call) => {
      readNothing(call.body);
      const own = await requireSession(system, parts, call);
      await revoke(own.userId, { except: own.sessionId });
      return answerJson({ status: true });
    },
  };
}
