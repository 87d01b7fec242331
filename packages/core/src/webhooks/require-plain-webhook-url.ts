import { AppError } from "../app-error.ts";

/** The address is shown to everyone who may read webhooks and stands in the audit log, so no password may hide in it. */
export function requirePlainWebhookUrl(url: string): void {
  const { username, password } = new URL(url);
  if (username === "" && password === "") return;
  throw new AppError("invalid", "The address must be without user name and password; receivers know us by the signature.", {
    issues: [{ path: "url", message: "must be without user name and password" }],
  });
}
