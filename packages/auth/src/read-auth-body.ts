import { SetCredentials } from "@crew/contracts/session";
import { AppError } from "@crew/core/app-error";

type Fields = Record<string, unknown>;

/** What Better Auth gets to see of a body: the fields that we know, of the types that they should have. */
export function readSignUp(body: unknown): Fields {
  const { rememberMe, ...rest } = fieldsOf(body, ["name", "email", "password", "rememberMe"]);
  const parsed = SetCredentials.safeParse(rest);
  if (!parsed.success)
    throw new AppError("invalid", "The sign-up is not complete.", {
      issues: parsed.error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message })),
    });
  return { ...parsed.data, rememberMe: rememberMe !== false };
}

export function readSignIn(body: unknown): Fields & { email: string } {
  const { email, password, rememberMe } = fieldsOf(body, ["email", "password", "rememberMe"]);
  return { email: textOf("email", email, 254), password: textOf("password", password, 200), rememberMe: rememberMe !== false };
}

/** Whoever changes a password may do so because somebody else knows it: the other sessions always end. */
export function readPasswordChange(body: unknown): Fields {
  const { currentPassword, newPassword } = fieldsOf(body, ["currentPassword", "newPassword", "revokeOtherSessions"]);
  return {
    currentPassword: textOf("currentPassword", currentPassword, 200),
    newPassword: textOf("newPassword", newPassword, 200),
    revokeOtherSessions: true,
  };
}

export function readSessionId(body: unknown): string {
  return textOf("id", fieldsOf(body, ["id"]).id, 100);
}

function fieldsOf(body: unknown, known: readonly string[]): Fields {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new AppError("invalid", "The body must be a JSON object.");
  const unknown = Object.keys(body).filter((key) => !known.includes(key));
  if (unknown.length > 0)
    throw new AppError("invalid", "The body has unknown fields.", { issues: unknown.map((path) => ({ path, message: "is not known" })) });
  return body as Fields;
}

function textOf(path: string, value: unknown, maxLength: number): string {
  if (typeof value === "string" && value.length > 0 && value.length <= maxLength) return value;
  throw new AppError("invalid", `The field ${path} is missing or not valid.`, {
    issues: [{ path, message: `must be a text of 1 to ${maxLength} characters` }],
  });
}
