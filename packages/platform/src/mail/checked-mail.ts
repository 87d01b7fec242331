import type { Mailer } from "@crew/core/system";
import { z } from "zod";

type Mail = Parameters<Mailer["send"]>[0];

const Address = z.email().max(254);

/** A mail whose header lines are one line each and whose receiver is one; throws on anything else. */
export function checkedMail({ to, subject, text }: Mail): Mail {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that would start a header of their own.
  const breaksLine = /[\u0000-\u001f\u007f\u2028\u2029]/;
  if (!Address.safeParse(to).success || breaksLine.test(to)) throw new Error("a mail needs one plain address to go to");
  if (breaksLine.test(subject) || subject.length > 200) throw new Error("a mail's subject must be one short line");
  return { to, subject, text };
}
