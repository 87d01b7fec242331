import type { MailCatcher } from "@crew/testing/start-mail-catcher";

/** The link in the newest mail to `to` that leads to `page`; the mail may come yet. */
export async function mailedLink(mail: MailCatcher, to: string, page: string): Promise<string> {
  const link = new RegExp(`http\\S+/${page}/\\S*token=\\S+`);
  await mail.next((one) => one.to.includes(to) && link.test(one.text));
  const newest = mail.mails.findLast((one) => one.to.includes(to) && link.test(one.text));
  return link.exec(newest?.text ?? "")?.[0] ?? "";
}
