import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import type { Log } from "@crew/core/system";
import { startMailCatcher } from "@crew/testing/start-mail-catcher";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import { describe, expect, test } from "vitest";
import { fileMailer } from "./file-mailer.ts";
import { smtpMailer } from "./smtp-mailer.ts";

const MAIL = { to: "ada@example.test", subject: "Hello, Ada", text: "First line\n.\nhttps://crews.example.test/?token=abc–def\n" };
const FROM = "Crews <crews@example.test>";

const INJECTIONS = [
  { ...MAIL, to: "ada@example.test\r\nBcc: eve@example.test" },
  { ...MAIL, to: "ada@example.test, eve@example.test" },
  { ...MAIL, to: "Ada <ada@example.test>" },
  { ...MAIL, to: "" },
  { ...MAIL, subject: "Hello\r\nBcc: eve@example.test" },
  { ...MAIL, subject: "Hello\u2028there" },
  { ...MAIL, subject: "x".repeat(201) },
];

describe("by SMTP", () => {
  test("a mail arrives as it was written", async () => {
    await using catcher = await startMailCatcher();
    await smtpMailer({ url: catcher.url, from: FROM }).send(MAIL);
    const [mail] = catcher.mails;
    expect(mail).toMatchObject({ from: "crews@example.test", to: ["ada@example.test"] });
    expect(mail?.headers).toMatchObject({ subject: "Hello, Ada", from: FROM, "auto-submitted": "auto-generated" });
    expect(mail?.text.trimEnd()).toBe(MAIL.text.trimEnd());
  });

  test("T-32 no receiver or header can be slipped in [ASVS 1.3.11]", async () => {
    await using catcher = await startMailCatcher();
    const mailer = smtpMailer({ url: catcher.url, from: FROM });
    for (const mail of INJECTIONS) await expect(mailer.send(mail), JSON.stringify(mail)).rejects.toThrow();
    expect(catcher.mails).toEqual([]);
  });

  test("a server that refuses or cannot be reached is an error, which the job then tries again", async () => {
    await using catcher = await startMailCatcher();
    const mailer = smtpMailer({ url: catcher.url, from: FROM });
    catcher.refuse(451, 1);
    await expect(mailer.send(MAIL)).rejects.toThrow();
    await mailer.send(MAIL);
    expect(catcher.mails).toHaveLength(1);
    await expect(smtpMailer({ url: "smtp://127.0.0.1:1", from: FROM }).send(MAIL)).rejects.toThrow();
  });

  test("off this machine no word is said to a server that does not speak TLS [ASVS 12.2.1]", async () => {
    const heard: string[] = [];
    // A name that the resolver of this machine knows, and that is not one of loopback's.
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.setEncoding("utf8").on("data", (line: string) => {
        heard.push(line.trim());
        socket.write("250 ok\r\n");
      });
      socket.write("220 plain\r\n");
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const { port } = server.address() as AddressInfo;
    const { hostname } = await import("node:os");
    await expect(smtpMailer({ url: `smtp://user:secret@${hostname()}:${port}`, from: FROM }).send(MAIL)).rejects.toThrow();
    expect(heard[0]).toMatch(/^EHLO/);
    expect(heard.join("\n")).not.toMatch(/MAIL FROM|AUTH|secret/i);
    server.close();
  });
});

describe("without a server", () => {
  test("a mail is a file for its owner alone, and the log does not tell what it says", async () => {
    using dataDir = temporaryDataDir();
    const folder = join(dataDir.path, "mails");
    const lines: unknown[] = [];
    const write = (fields: object, message: string) => lines.push([fields, message]);
    const log: Log = { debug: write, info: write, warn: write, error: write };
    const mailer = fileMailer({ folder, log });
    await mailer.send(MAIL);
    const [name] = readdirSync(folder);
    const path = join(folder, name ?? "");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readFileSync(path, "utf8")).toContain(`To: ${MAIL.to}\nSubject: ${MAIL.subject}\n`);
    expect(readFileSync(path, "utf8")).toContain("token=abc–def");
    expect(JSON.stringify(lines)).toContain(name);
    expect(JSON.stringify(lines)).not.toMatch(/token|ada@example/);
    for (const mail of INJECTIONS) await expect(mailer.send(mail)).rejects.toThrow();
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test("a folder that cannot be written to is an error that says what to set", async () => {
    using dataDir = temporaryDataDir();
    writeFileSync(join(dataDir.path, "file"), "");
    const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
    const mailer = fileMailer({ folder: join(dataDir.path, "file", "mails"), log: silent });
    await expect(mailer.send(MAIL)).rejects.toThrow("CREW_SMTP_URL");
  });
});
