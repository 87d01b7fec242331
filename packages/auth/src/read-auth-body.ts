import { SetCredentials } from "@crew/contracts/session";
import { AppError } from "@crew/core/app-error";
import { z } from "zod";
import { refuseWeakPassword } from "./password-rules.ts";

type Fields = Record<string, unknown>;

export function readSignUp(body: unknown): SetCredentials & { isRemembered: boolean; invitation: string | undefined } {
  const { rememberMe, invitation, ...rest } = fieldsOf(body, ["name", "email", "password", "rememberMe", "invitation"]);
  const parsed = SetCredentials.safeParse(rest);
  if (!parsed.success)
    throw new AppError("invalid", "The sign-up is not complete.", {
      issues: parsed.error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message })),
    });
  refuseWeakPassword(parsed.data.password, parsed.data);
  return {
    ...parsed.data,
    isRemembered: rememberMe !== false,
    invitation: invitation === undefined ? undefined : textOf("invitation", invitation, 100),
  };
}

export function readSignIn(body: unknown): { email: string; password: string; isRemembered: boolean } {
  const { email, password, rememberMe } = fieldsOf(body, ["email", "password", "rememberMe"]);
  return { email: textOf("email", email, 254), password: textOf("password", password, 200), isRemembered: rememberMe !== false };
}

export function readNothing(body: unknown): void {
  fieldsOf(body, []);
}

export function readPassword(body: unknown): string {
  return textOf("password", fieldsOf(body, ["password"]).password, 200);
}

export function readEmail(body: unknown): string {
  return addressOf("email", fieldsOf(body, ["email"]).email);
}

export function readEmailChange(body: unknown): { newEmail: string; password: string } {
  const { newEmail, password } = fieldsOf(body, ["newEmail", "password"]);
  return { newEmail: addressOf("newEmail", newEmail), password: textOf("password", password, 200) };
}

export function readToken(body: unknown): string {
  return tokenOf(fieldsOf(body, ["token"]).token);
}

export function readReset(body: unknown): { token: string; newPassword: string } {
  const { token, newPassword } = fieldsOf(body, ["token", "newPassword"]);
  return { token: tokenOf(token), newPassword: textOf("newPassword", newPassword, 200) };
}

export function readSocialSignIn(body: unknown): { provider: string; callbackURL: string } {
  const { provider, callbackURL } = fieldsOf(body, ["provider", "callbackURL"]);
  return { provider: textOf("provider", provider, 40), callbackURL: textOf("callbackURL", callbackURL, 500) };
}

/** Whoever changes a password may do so because somebody else knows it: the other sessions always end. */
export function readPasswordChange(body: unknown): { currentPassword: string; newPassword: string } {
  const { currentPassword, newPassword } = fieldsOf(body, ["currentPassword", "newPassword", "revokeOtherSessions"]);
  return {
    currentPassword: textOf("currentPassword", currentPassword, 200),
    newPassword: textOf("newPassword", newPassword, 200),
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

const Address = z.email().max(254);

function addressOf(path: string, value: unknown): string {
  const parsed = Address.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError("invalid", `The field ${path} is missing or not valid.`, { issues: [{ path, message: "must be an e-mail address" }] });
}

/** 32 bytes in base64url. What has another shape is no token of ours, and is not looked for. */
function tokenOf(value: unknown): string {
  if (typeof value === "string" && /^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  throw new AppError("invalid", "The link is not complete. Open the whole address that the mail has.", {
    issues: [{ path: "token", message: "must be the token of a mailed link" }],
  });
}
