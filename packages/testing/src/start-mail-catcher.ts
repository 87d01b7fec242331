import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";

export interface CaughtMail {
  from: string;
  to: string[];
  /** Header lines by lowercase name. */
  headers: Record<string, string>;
  text: string;
}

export interface MailCatcher extends AsyncDisposable {
  /** For CREW_SMTP_URL. */
  url: string;
  mails: CaughtMail[];
  /** The mail that fits, which may come yet. */
  next(fits: (mail: CaughtMail) => boolean, timeoutMs?: number): Promise<CaughtMail>;
  /** Refuses the next mails with this code, as a server in trouble does. */
  refuse(code: number, times: number): void;
}

/** A mail server on loopback that keeps what it gets: enough of SMTP (RFC 5321) for one client. */
export async function startMailCatcher(): Promise<MailCatcher> {
  const mails: CaughtMail[] = [];
  const watchers = new Set<() => void>();
  const sockets = new Set<Socket>();
  const refusals: number[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    talk(socket, refusals, (mail) => {
      mails.push(mail);
      for (const watch of watchers) watch();
    });
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await listening;
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    async next(fits, timeoutMs = 20_000) {
      const { promise, resolve: found, reject } = Promise.withResolvers<CaughtMail>();
      const watch = () => {
        const mail = mails.find(fits);
        if (mail) found(mail);
      };
      watchers.add(watch);
      const seen = () => mails.map(({ to, headers }) => `${to}: ${headers.subject}`).join("; ");
      const timer = setTimeout(() => reject(new Error(`no such mail came; there are: ${seen()}`)), timeoutMs);
      watch();
      return promise.finally(() => {
        clearTimeout(timer);
        watchers.delete(watch);
      });
    },
    refuse: (code, times) => refusals.push(...Array<number>(times).fill(code)),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      const { promise, resolve: closed } = Promise.withResolvers<void>();
      server.close(() => closed());
      await promise;
    },
  };
}

function talk(socket: Socket, refusals: number[], keep: (mail: CaughtMail) => void): void {
  let text = "";
  let inData = false;
  let from = "";
  let to: string[] = [];
  const say = (line: string) => socket.write(`${line}\r\n`);
  say("220 catcher");
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf("\r\n"); !inData && end >= 0; end = text.indexOf("\r\n")) {
      answer(text.slice(0, end));
      text = text.slice(end + 2);
      if (inData) break;
    }
    const end = inData ? text.indexOf("\r\n.\r\n") : -1;
    if (end < 0) return;
    keep({ from, to, ...parsed(text.slice(0, end)) });
    text = text.slice(end + 5);
    inData = false;
    say("250 kept");
  });

  function answer(line: string): void {
    const command = line.toUpperCase();
    const address = /<([^>]*)>/.exec(line)?.[1] ?? "";
    if (command.startsWith("EHLO")) say("250-catcher\r\n250 8BITMIME");
    else if (command.startsWith("MAIL FROM")) {
      const refused = refusals.shift();
      from = address;
      to = [];
      say(refused ? `${refused} not now` : "250 ok");
    } else if (command.startsWith("RCPT TO")) {
      to.push(address);
      say("250 ok");
    } else if (command === "DATA") {
      inData = true;
      say("354 go on");
    } else if (command === "QUIT") {
      say("221 bye");
      socket.end();
    } else say("250 ok");
  }
}

function parsed(source: string): Pick<CaughtMail, "headers" | "text"> {
  const [head = "", ...rest] = source.split("\r\n\r\n");
  const unfolded = head.replace(/\r\n[ \t]+/g, " ");
  const headers = Object.fromEntries(
    unfolded.split("\r\n").map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const body = rest.join("\r\n\r\n").replace(/^\.\./gm, ".");
  return { headers, text: decoded(headers["content-transfer-encoding"], body).replaceAll("\r\n", "\n") };
}

function decoded(encoding: string | undefined, body: string): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  if (encoding !== "quoted-printable") return body;
  const bytes = body.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
