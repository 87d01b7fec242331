import { findAccount } from "../accounts/find-account.ts";
import { newOneTimeToken } from "../sessions/one-time-token.ts";
import type { System } from "../system.ts";
import type { AccountMail } from "./account-mail-job.ts";
import { mailText } from "./mail-texts.ts";
import { insertMailedToken, type MailedPurpose } from "./mailed-token-repository.ts";

/** Short for what gives an account away, long for what only proves an address (ASVS 5.0, 6.4.1 and 6.6.2 ask for short ones). */
const VALID_MINUTES: Record<MailedPurpose, number> = { password_reset: 15, email_verification: 24 * 60, email_change: 60 };

const PAGES: Record<MailedPurpose, string> = {
  password_reset: "reset-password",
  email_verification: "verify-email",
  email_change: "verify-email",
};

type Needs = Pick<System, "statements" | "mailer" | "installation" | "now">;

/** Writes and sends one mail about an account; the token in it is made here, so that no queue ever holds one. */
export async function sendAccountMail(system: Needs, mail: AccountMail): Promise<void> {
  const account = mail.userId === null ? undefined : await findAccount(system, { userId: mail.userId });
  // Nobody, or nobody any more. The owner whom the installation made has no address that mail could reach.
  if (!account || account.isDisabled || account.isLocalOwner) return;
  const { publicUrl } = system.installation;
  switch (mail.kind) {
    case "email_changed":
      return system.mailer.send({ to: mail.formerEmail, ...mailText(mail.kind, { publicUrl, link: null, validFor: "", askedFrom: null }) });
    case "password_changed":
    case "email_change_asked":
    case "second_factor_enabled":
    case "second_factor_disabled":
    case "second_factor_locked":
    case "recovery_code_used": {
      const text = mailText(mail.kind, { publicUrl, link: null, validFor: "", askedFrom: mail.askedFrom });
      return system.mailer.send({ to: account.email, ...text });
    }
    default: {
      const to = mail.kind === "email_change" ? account.pendingEmail : account.email;
      if (to === null || (mail.kind === "email_verification" && account.isVerified)) return;
      const link = await newLink(system, account.userId, mail.kind, to);
      const text = mailText(mail.kind, { publicUrl, link, validFor: inWords(VALID_MINUTES[mail.kind]), askedFrom: mail.askedFrom });
      return system.mailer.send({ to, ...text });
    }
  }
}

async function newLink(system: Needs, userId: string, purpose: MailedPurpose, email: string): Promise<string> {
  const { token, tokenHash } = newOneTimeToken();
  const at = system.now();
  const expiresAt = new Date(at.getTime() + VALID_MINUTES[purpose] * 60_000);
  await insertMailedToken(system.statements, { hash: tokenHash, userId, purpose, email, at, expiresAt });
  return `${system.installation.publicUrl}/${PAGES[purpose]}/#token=${token}`;
}

function inWords(minutes: number): string {
  return minutes < 120 ? `${minutes} minutes` : `${minutes / 60} hours`;
}
