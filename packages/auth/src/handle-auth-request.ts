import { AppError } from "@crew/core/app-error";
import { type AuthCall, type AuthParts, type AuthRoutes, answerJson } from "./auth-call.ts";
import type { Auth, AuthSystem } from "./auth-system.ts";
import { ownAccountRoutes } from "./own-account.ts";
import { ownSessionRoutes } from "./own-sessions.ts";
import { passFirstFactor } from "./pass-first-factor.ts";
import { readSignIn, readSignUp } from "./read-auth-body.ts";
import { shownPerson } from "./shown-person.ts";
import { signInWithPassword } from "./sign-in-with-password.ts";
import { signUp } from "./sign-up.ts";
import { socialRoutes } from "./social-routes.ts";
import { startSession } from "./start-session.ts";
import { twoFactorRoutes } from "./two-factor-routes.ts";

/**
 * Answers the routes under `/api/auth` that we serve, and no other: each has its line here or in one of the lists that are
 * spread in. Session tokens are in cookies alone, so that no script on a page can read one.
 */
export function handleAuthRequest(system: AuthSystem, parts: AuthParts): Auth["handle"] {
  const routes: AuthRoutes = {
    "POST /sign-up/email": async ({ body, client }) => {
      const { isRemembered, invitation, ...person } = readSignUp(body);
      const { userId } = await signUp(system, person, invitation);
      const setCookie = await startSession(system, parts.cookie, userId, client, { isRemembered, by: "sign-up" });
      return answerJson({ user: await shownPerson(system, userId) }, [setCookie]);
    },
    "POST /sign-in/email": async ({ body, client }) => {
      const { isRemembered, ...credentials } = readSignIn(body);
      const userId = await signInWithPassword(system, credentials, client);
      const { setCookie, twoFactorRequired } = await passFirstFactor(system, parts.cookie, userId, client, {
        isRemembered,
        by: "password",
      });
      // Who owes the second factor is nobody yet.
      return answerJson(twoFactorRequired ? { twoFactorRequired } : { user: await shownPerson(system, userId) }, [setCookie]);
    },
    ...ownSessionRoutes(system, parts),
    ...ownAccountRoutes(system, parts),
    ...socialRoutes(system, parts),
    ...twoFactorRoutes(system, parts),
  };
  return async (request, client) => {
    const path = new URL(request.url).pathname.slice("/api/auth".length);
    const route = Object.hasOwn(routes, `${request.method} ${path}`) ? routes[`${request.method} ${path}`] : undefined;
    if (!route) throw new AppError("not_found", "There is nothing at this address.");
    refuseForeignOrigin(parts, request);
    return route({ request, client, body: request.method === "GET" ? undefined : await readJson(request) });
  };
}

/** Where a browser says which page asks, it must be one of ours: nobody else's page signs people in, out or up. */
function refuseForeignOrigin(parts: AuthParts, request: Request): void {
  const origin = request.headers.get("origin");
  if (request.method === "GET" || origin === null) return;
  if (!parts.origins.allowsOrigin(origin, request.headers.get("host") ?? undefined))
    throw new AppError("forbidden", "A page of another site cannot do this.");
}

async function readJson(request: Request): Promise<AuthCall["body"]> {
  const text = await request.text();
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch (cause) {
    throw new AppError("invalid", "The body is not JSON.", { cause });
  }
}
