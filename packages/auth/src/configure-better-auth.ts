import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import { joinByInvitation } from "@crew/core/invitations/join-by-invitation";
import { accountMailJob } from "@crew/core/mail/account-mail-job";
import { createWorkspace } from "@crew/core/workspaces/create-workspace";
import { betterAuth } from "better-auth";
import type { AuthSystem } from "./auth-system.ts";
import { hashPassword } from "./hash-password.ts";
import { invitationInHand } from "./invited-sign-up.ts";
import type { OriginPolicy } from "./origin-policy.ts";
import { SESSION_SECONDS, type SessionCookie } from "./session-cookie.ts";
import { tidySessions } from "./session-rows.ts";

/** Carries the address that the HTTP server saw; whatever a client sends under this name is overwritten. */
export const CLIENT_ADDRESS_HEADER = "x-crew-client-address";

const times = { createdAt: "created_at", updatedAt: "updated_at" };

/** Better Auth on our tables. Two-factor, OAuth2 and JWT join as its plugins. */
export function configureBetterAuth(system: AuthSystem, parts: { origins: OriginPolicy; cookie: SessionCookie }) {
  return betterAuth({
    appName: "CrewAI Platform",
    baseURL: system.installation.publicUrl,
    basePath: "/api/auth",
    secret: system.authSecret,
    database: system.pool,
    trustedOrigins: (request) => {
      const origin = request?.headers.get("origin") ?? undefined;
      return parts.origins.allowsOrigin(origin, request?.headers.get("host") ?? undefined) ? [origin] : [];
    },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 12,
      maxPasswordLength: 200,
      // People sign in with our own routes; this one only signs them up.
      password: { hash: hashPassword, verify: async () => false },
    },
    // Sign-ups and sign-ins are limited where the request comes in, with the installation's own counters.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { log: (level, message) => system.log[level]({ from: "better-auth" }, message) },
    advanced: {
      // Said outright, since the defaults differ by environment.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      useSecureCookies: false,
      cookies: {
        session_token: { name: parts.cookie.name, attributes: parts.cookie.attributes },
        dont_remember: { name: `${parts.cookie.name}_only`, attributes: parts.cookie.attributes },
      },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      database: { generateId: () => uuidFromTypeId(system.newId("user")), validateSchema: false },
    },
    ...tables,
    databaseHooks: {
      user: {
        create: {
          // The link was mailed there.
          before: async () => (invitationInHand() === undefined ? undefined : { data: { emailVerified: true } }),
          after: (user) => giveWorkspace(system, user),
        },
      },
      session: {
        create: { after: (session) => tidySessions(system, session.userId) },
        // Sockets and streams that were opened with a session listen for this.
        delete: { after: async (session) => system.bus.publish(`actor:${typeIdFromUuid("user", session.userId)}`, { type: "revoked" }) },
      },
    },
  });
}

const tables = {
  user: { modelName: "users", fields: { emailVerified: "email_verified", ...times } },
  session: {
    modelName: "sessions",
    fields: { userId: "user_id", expiresAt: "expires_at", ipAddress: "ip_address", userAgent: "user_agent", ...times },
    expiresIn: SESSION_SECONDS,
    updateAge: 24 * 60 * 60,
    // With it, a revoked session would live on in the browser's copy.
    cookieCache: { enabled: false },
  },
  account: {
    modelName: "accounts",
    fields: {
      userId: "user_id",
      accountId: "account_id",
      providerId: "provider_id",
      accessToken: "access_token",
      refreshToken: "refresh_token",
      idToken: "id_token",
      accessTokenExpiresAt: "access_token_expires_at",
      refreshTokenExpiresAt: "refresh_token_expires_at",
      ...times,
    },
  },
  verification: { modelName: "verifications", fields: { expiresAt: "expires_at", ...times } },
};

/** What fails here is made up for by the person's first request, so that signing up never fails half-way. */
async function giveWorkspace(system: AuthSystem, user: { id: string; name: string; email: string }): Promise<void> {
  const userId = typeIdFromUuid("user", user.id);
  const invitation = invitationInHand();
  try {
    if (invitation !== undefined) {
      await joinByInvitation(system, { userId, name: user.name, email: user.email }, invitation);
      return;
    }
    await createWorkspace(system, { userId, name: user.name });
    await system.queue.send(system.db, accountMailJob, { kind: "email_verification", userId, askedFrom: null });
  } catch (error) {
    system.log.warn({ err: error }, "a new person has no workspace or no mail yet");
  }
}
