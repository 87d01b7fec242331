import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log, Mailer } from "@crew/core/system";
import { checkedMail } from "./checked-mail.ts";

/** The operator reads the latest; a folder must not grow for ever. */
const KEPT = 200;

/**
 * Where no mail server is set each mail becomes a file that only its owner can read. The log says that there is one, and
 * not what stands in it: links in mails open accounts, and logs are read by many.
 */
export function fileMailer({ folder, log }: { folder: string; log: Log }): Mailer {
  return {
    async send(mail) {
      const { to, subject, text } = checkedMail(mail);
      const at = new Date().toISOString();
      const path = join(folder, `${at.replaceAll(":", "-")}-${randomUUID().slice(0, 8)}.txt`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(path, `To: ${to}\nSubject: ${subject}\nDate: ${at}\n\n${text}`, { mode: 0o600, flag: "wx" });
      } catch (cause) {
        throw new Error(
          `a mail could not be written to ${folder}; set CREW_SMTP_URL, or CREW_DATA_DIR to a folder that can be written to`,
          {
            cause,
          },
        );
      }
      log.info({ path }, "a mail was written to a file, since no mail server is set");
      await removeOldest(folder);
    },
  };
}

async function removeOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".txt")).toSorted();
  await Promise.all(names.slice(0, -KEPT).map((name) => rm(join(folder, name), { force: true })));
}
