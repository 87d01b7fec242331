import type { Mailer } from "@crew/core/system";
import { checkedMail } from "./checked-mail.ts";

export interface SmtpSettings {
  /** `smtps://` speaks TLS from the first byte; `smtp://` demands STARTTLS, but for a server on this machine. */
  url: string;
  from: string;
}

/** One mail at a time, each within a minute: a server that hangs must not hold a worker. */
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 10_000 } as const;

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Rejects when the server did not take the mail: the job that sends it tries again. */
export function smtpMailer({ url, from }: SmtpSettings): Mailer {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url);
  const secure = protocol === "smtps:";
  const isPlain = LOOPBACK.test(hostname) || searchParams.get("tls") === "off";
  const options = {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !isPlain,
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    tls: { minVersion: "TLSv1.2", rejectUnauthorized: true },
    disableFileAccess: true,
    disableUrlAccess: true,
    ...TIMEOUTS,
  } as const;
  // Loaded with the first mail: most processes never send one.
  let loading: Promise<{ sendMail(mail: object): Promise<unknown>; close(): void }> | undefined;
  const load = () => {
    loading ??= import("nodemailer").then((module) => module.createTransport(options));
    return loading;
  };
  return {
    async send(mail) {
      const { to, subject, text } = checkedMail(mail);
      const transport = await load();
      // The envelope is given outright, so that no clever address becomes two.
      await transport.sendMail({ from, to: { name: "", address: to }, subject, text, headers: { "auto-submitted": "auto-generated" } });
    },
  };
}
