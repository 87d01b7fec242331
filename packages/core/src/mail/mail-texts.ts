import type { AccountMail, AskedFrom } from "./account-mail-job.ts";

export interface MailText {
  subject: string;
  text: string;
}

export interface MailFacts {
  publicUrl: string;
  /** The address with the token in it, for the kinds that have one. */
  link: string | null;
  validFor: string;
  askedFrom: AskedFrom | null;
}

/**
 * The words of each mail: plain text, and nothing in it that a stranger could have typed. A name would be: whoever signs up
 * with somebody else's address could have us mail them any sentence.
 */
export function mailText(kind: AccountMail["kind"], facts: MailFacts): MailText {
  const { publicUrl, link, validFor } = facts;
  const who = askedBy(facts.askedFrom);
  const host = new URL(publicUrl).host;
  switch (kind) {
    case "password_reset":
      return letter(facts, `A new password for ${host}`, [
        `Somebody${who} asked for a new password for your account at ${publicUrl}.`,
        `To choose one, open this address. It works once and for ${validFor}:`,
        String(link),
        "If it was not you, do nothing: your password stays as it is.",
      ]);
    case "email_verification":
      return letter(facts, `Verify your e-mail address for ${host}`, [
        `Somebody${who} gave this e-mail address for an account at ${publicUrl}.`,
        `If it was you, open this address. It works once and for ${validFor}:`,
        String(link),
        "If it was not you, do nothing: the address stays unverified.",
      ]);
    case "email_change":
      return letter(facts, `Confirm your new e-mail address for ${host}`, [
        `Somebody${who} wants to use this e-mail address for their account at ${publicUrl}.`,
        `If it was you, open this address. It works once and for ${validFor}:`,
        String(link),
        "If it was not you, do nothing: the account keeps its address.",
      ]);
    case "email_change_asked":
      return letter(facts, `A change of your e-mail address was asked for at ${host}`, [
        `Somebody${who} who knows your password asked to change the e-mail address of your account at ${publicUrl}.`,
        "It changes once the new address is confirmed.",
        `If it was not you, change your password now: ${publicUrl}/settings/security/`,
      ]);
    case "email_changed":
      return letter(facts, `Your e-mail address was changed at ${host}`, [
        `Your account at ${publicUrl} has another e-mail address now. This one does not sign in any more.`,
        "If it was not you, tell whoever runs this installation at once.",
      ]);
    case "password_changed":
      return letter(facts, `Your password was changed at ${host}`, [
        `The password of your account at ${publicUrl} was changed${who ? ` by somebody${who}` : ""}. Sessions elsewhere have ended.`,
        `If it was not you, choose a new one now: ${publicUrl}/forgot-password/`,
      ]);
    default:
      return secondFactorText(kind, facts);
  }
}

type SecondFactorKind = Extract<AccountMail["kind"], `second_factor_${string}` | "recovery_code_used">;

function secondFactorText(kind: SecondFactorKind, facts: MailFacts): MailText {
  const { publicUrl } = facts;
  const who = askedBy(facts.askedFrom);
  const host = new URL(publicUrl).host;
  const notYou = `If it was not you, choose a new password now: ${publicUrl}/forgot-password/`;
  switch (kind) {
    case "second_factor_enabled":
      return letter(facts, `Your account at ${host} has a second factor`, [
        `Somebody${who} set up a second factor for your account at ${publicUrl}. Signing in asks for its codes from now on.`,
        "If it was not you, tell whoever runs this installation at once.",
      ]);
    case "second_factor_disabled":
      return letter(facts, `The second factor of your account at ${host} was removed`, [
        `Somebody${who} who knows your password removed the second factor of your account at ${publicUrl}.`,
        notYou,
      ]);
    case "second_factor_locked":
      return letter(facts, `Wrong codes for your account at ${host}`, [
        `Somebody${who} who knows your password has shown five wrong codes of your second factor at ${publicUrl}. It is locked for a while.`,
        notYou,
      ]);
    case "recovery_code_used":
      return letter(facts, `A recovery code was used for your account at ${host}`, [
        `Somebody${who} used one of the recovery codes of your account at ${publicUrl}. It does not work again.`,
        notYou,
      ]);
  }
}

function letter({ publicUrl }: MailFacts, subject: string, paragraphs: string[]): MailText {
  return { subject, text: `${[...paragraphs, `-- \n${publicUrl}`].join("\n\n")}\n` };
}

/** ` (Firefox on Linux, 203.0.113.7)`. */
function askedBy(from: AskedFrom | null): string {
  if (!from) return "";
  return ` (${[from.device, from.address].filter(Boolean).join(", ")})`;
}
