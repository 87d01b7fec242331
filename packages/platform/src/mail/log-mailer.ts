import type { Log, Mailer } from "@crew/core/system";

/** Where no mail server is set, the operator finds each mail, links included, in the log. */
export function logMailer(log: Log): Mailer {
  return {
    async send({ to, subject, text }) {
      log.info({ mail: { to, subject, text } }, `mail for ${to}: ${subject}`);
    },
  };
}
