type Json = Record<string, unknown>;

const text = (extra: Json = {}) => ({ type: "string", ...extra });
const email = text({ format: "email", maxLength: 254 });
const password = text({ minLength: 12, maxLength: 200 });

/** The routes under `/api/auth`, which are no endpoints of the contract: fields that a body needs, and those that it may have. */
const ROUTES: { method: "get" | "post"; path: string; summary: string; needs?: Json; takes?: Json; isPublic?: true }[] = [
  {
    method: "post",
    path: "sign-up/email",
    summary: "Sign up; sets the session cookie",
    needs: { name: text({ minLength: 1, maxLength: 80 }), email, password },
    takes: { rememberMe: { type: "boolean" } },
    isPublic: true,
  },
  {
    method: "post",
    path: "sign-in/email",
    summary: "Sign in; sets the session cookie",
    needs: { email, password: text({ maxLength: 200 }) },
    takes: { rememberMe: { type: "boolean" } },
    isPublic: true,
  },
  { method: "post", path: "sign-out", summary: "End this session" },
  { method: "get", path: "get-session", summary: "This session and its person, or null", isPublic: true },
  { method: "get", path: "list-sessions", summary: "List your sessions" },
  { method: "post", path: "revoke-session", summary: "End one of your sessions", needs: { id: text() } },
  { method: "post", path: "revoke-other-sessions", summary: "End all your sessions but this one" },
  { method: "post", path: "revoke-sessions", summary: "End all your sessions" },
  {
    method: "post",
    path: "change-password",
    summary: "Change your password; the other sessions end",
    needs: { currentPassword: text({ maxLength: 200 }), newPassword: password },
  },
];

/** Their part of the OpenAPI document. */
export function authPaths(problem: Json): Record<string, Json> {
  return Object.fromEntries(
    ROUTES.map(({ method, path, summary, needs, takes, isPublic }) => {
      const schema = {
        type: "object",
        properties: { ...needs, ...takes },
        required: Object.keys(needs ?? {}),
        additionalProperties: false,
      };
      const operation = {
        operationId: `auth.${path.replace(/[/-](\w)/g, (_, letter: string) => letter.toUpperCase())}`,
        tags: ["Sign-in"],
        summary,
        security: isPublic ? [] : [{ session: [] }],
        parameters: [],
        ...(needs && { requestBody: { required: true, content: { "application/json": { schema } } } }),
        responses: {
          200: { description: "Success", content: { "application/json": { schema: {} } } },
          default: { description: "Failure", content: { "application/problem+json": { schema: problem } } },
        },
      };
      return [`/api/auth/${path}`, { [method]: operation }];
    }),
  );
}
