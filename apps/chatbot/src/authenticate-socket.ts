import type { IncomingMessage } from "node:http";
import type { Auth, AuthSystem } from "@crew/auth/auth-system";
import { identifyRequest } from "@crew/auth/identify-request";
import type { Actor } from "@crew/core/access/actor";
import { redeemSocketTicket } from "@crew/core/sessions/redeem-socket-ticket";

/** Whether a page of this origin may open a socket. What is no browser sends no Origin and has a ticket or nothing. */
export function isOriginAllowed(auth: Auth, request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  return origin === undefined || auth.origins.allowsOrigin(origin, host);
}

/**
 * Who the session cookie belongs to. Browsers send it with every upgrade, from any page: it counts only beside an
 * Origin, which the caller has checked.
 */
export async function identifyByCookie(system: AuthSystem, auth: Auth, request: IncomingMessage): Promise<Actor | undefined> {
  const { origin, cookie } = request.headers;
  if (origin === undefined || cookie === undefined) return undefined;
  const actor = await identifyRequest(system, auth, { cookie });
  // A socket is more than such a person may have; the pages tell them what to do.
  return actor?.lacksSecondFactor ? undefined : actor;
}

export async function identifyByTicket(system: AuthSystem, ticket: string): Promise<Actor | undefined> {
  const actor = await redeemSocketTicket(system, ticket);
  if (!actor) system.metrics.count("sockets_refused", { why: "ticket" });
  return actor;
}
