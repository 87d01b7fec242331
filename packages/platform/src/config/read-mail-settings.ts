import { z } from "zod";
import type { SmtpSettings } from "../mail/smtp-mailer.ts";
import { ConfigError, type Environment } from "./env.ts";

/** `null`: mails become files in the data folder. */
export function readMailSettings(env: Environment): SmtpSettings | null {
  const { CREW_SMTP_URL: url, CREW_MAIL_FROM: from } = env;
  if (!url) {
    if (from) throw new ConfigError("CREW_MAIL_FROM is set, and CREW_SMTP_URL is not: without a server no mail is sent.");
    return null;
  }
  const parsed = URL.parse(url);
  // The address holds a password, so it is not quoted.
  if (!parsed?.hostname || (parsed.protocol !== "smtp:" && parsed.protocol !== "smtps:"))
    throw new ConfigError("CREW_SMTP_URL must be an address like smtps://user:password@mail.example.org:465.");
  const address = /^[^\r\n<>]{0,80}<([^<>]+)>$/.exec(from ?? "")?.[1] ?? from;
  if (!from || !z.email().safeParse(address).success)
    throw new ConfigError("CREW_MAIL_FROM must be an e-mail address like crews@example.org, since CREW_SMTP_URL is set.");
  return { url, from };
}
