type Json = Record<string, unknown>;

const text = (extra: Json = {}) => ({ type: "string", ...extra });
const object = (properties: Json, required = Object.keys(properties)): Json => ({ type: "object", properties, required });
const email = text({ format: "email", maxLength: 254 });
const password = text({ maxLength: 200 });
const newPassword = text({ minLength: 12, maxLength: 200 });
const token = text({ minLength: 43, maxLength: 43 });
const instant = text({ format: "date-time" });
const recoveryCodes = { type: "array", items: text(), minItems: 10, maxItems: 10 };
const verified = object({ enabled: { const: true }, signedIn: { type: "boolean", description: "It finished a sign-in" } });

/** One of a person's sessions; its token is never shown. */
const session = object({
  id: text(),
  device: text({ description: "In words, such as Firefox on Linux" }),
  address: { type: ["string", "null"] },
  createdAt: instant,
  lastUsedAt: instant,
  isCurrent: { type: "boolean" },
});

interface AuthRoute {
  method: "get" | "post";
  path: string;
  summary: string;
  /** Fields that the body must have, and those that it may. */
  needs?: Json;
  takes?: Json;
  /** What is answered; without it nothing that a client should rely on. */
  answers?: Json;
  isPublic?: true;
}

/** The routes under `/api/auth`, which are no endpoints of the contract. */
const ROUTES: AuthRoute[] = [
  {
    method: "post",
    path: "sign-up/email",
    summary: "Sign up; sets the session cookie and mails a link that verifies the address",
    needs: { name: text({ minLength: 1, maxLength: 80 }), email, password: newPassword },
    takes: { rememberMe: { type: "boolean" } },
    isPublic: true,
  },
  {
    method: "post",
    path: "sign-in/email",
    summary: "Sign in; sets the session cookie, or one that asks for the second factor within five minutes",
    needs: { email, password },
    takes: { rememberMe: { type: "boolean" } },
    answers: object({ twoFactorRequired: { type: "boolean" } }, []),
    isPublic: true,
  },
  {
    method: "post",
    path: "sign-in/social",
    summary: "Where to go to sign in with another's account",
    needs: { provider: text({ maxLength: 40 }), callbackURL: text({ maxLength: 500, description: "A path of this installation" }) },
    answers: object({ url: text({ format: "uri" }) }),
    isPublic: true,
  },
  { method: "post", path: "sign-out", summary: "End this session" },
  { method: "get", path: "get-session", summary: "This session and its person, or null", isPublic: true },
  { method: "get", path: "list-sessions", summary: "List your sessions", answers: { type: "array", items: session } },
  { method: "post", path: "revoke-session", summary: "End one of your sessions", needs: { id: text({ maxLength: 100 }) } },
  { method: "post", path: "revoke-other-sessions", summary: "End all your sessions but this one" },
  { method: "post", path: "revoke-sessions", summary: "End all your sessions" },
  {
    method: "post",
    path: "change-password",
    summary: "Change your password; the other sessions end, and this one gets a new cookie",
    needs: { currentPassword: password, newPassword },
  },
  {
    method: "post",
    path: "request-password-reset",
    summary: "Mail a link for a new password; answers the same whether the address is known or not",
    needs: { email },
    isPublic: true,
  },
  {
    method: "post",
    path: "reset-password",
    summary: "Set a new password with the token of a mailed link; all sessions end",
    needs: { token, newPassword },
    isPublic: true,
  },
  { method: "post", path: "send-verification-email", summary: "Mail the link that verifies your address once more" },
  {
    method: "post",
    path: "verify-email",
    summary: "Verify an address with the token of a mailed link, be it the one that you have or the one that you want",
    needs: { token },
    answers: object({ email, wasChanged: { type: "boolean" } }),
    isPublic: true,
  },
  {
    method: "post",
    path: "change-email",
    summary: "Ask for another address: a mailed link to it makes it yours",
    needs: { newEmail: email, password },
  },
  {
    method: "post",
    path: "delete-account",
    summary: "Delete your account, and the workspaces that nobody else is in",
    needs: { password },
  },
  {
    method: "post",
    path: "two-factor/enable",
    summary: "Begin a second factor: a seed for an authenticator app, shown once; it counts from the first code that is verified",
    needs: { password },
    answers: object({ totpUri: text({ format: "uri" }), recoveryCodes }),
  },
  {
    method: "post",
    path: "two-factor/verify-totp",
    summary: "Verify a code: finishes a sign-in that waits for it, else a second factor that was begun; sets a new session cookie",
    needs: { code: text({ minLength: 6, maxLength: 64 }) },
    answers: verified,
    isPublic: true,
  },
  {
    method: "post",
    path: "two-factor/verify-recovery-code",
    summary: "Finish a sign-in with a recovery code, which is used up; sets the session cookie",
    needs: { code: text({ minLength: 6, maxLength: 64 }) },
    answers: verified,
    isPublic: true,
  },
  {
    method: "post",
    path: "two-factor/disable",
    summary: "Remove your second factor, with the password and a code of the app or a recovery code; sets a new session cookie",
    needs: { password, code: text({ minLength: 6, maxLength: 64 }) },
    answers: object({ enabled: { const: false } }),
  },
  {
    method: "post",
    path: "two-factor/recovery-codes",
    summary: "Make ten new recovery codes, shown once; those before are void",
    needs: { password },
    answers: object({ recoveryCodes }),
  },
];

/** Their part of the OpenAPI document. */
export function authPaths(problem: Json): Record<string, Json> {
  return Object.fromEntries(
    ROUTES.map(({ method, path, summary, needs, takes, answers, isPublic }) => {
      const schema = { ...object({ ...needs, ...takes }, Object.keys(needs ?? {})), additionalProperties: false };
      const operation = {
        operationId: `auth.${path.replace(/[/-](\w)/g, (_, letter: string) => letter.toUpperCase())}`,
        tags: ["Sign-in"],
        summary,
        security: isPublic ? [] : [{ session: [] }],
        parameters: [],
        ...(needs && { requestBody: { required: true, content: { "application/json": { schema } } } }),
        responses: {
          200: { description: "Success", content: { "application/json": { schema: answers ?? {} } } },
          default: { description: "Failure", content: { "application/problem+json": { schema: problem } } },
        },
      };
      return [`/api/auth/${path}`, { [method]: operation }];
    }),
  );
}
