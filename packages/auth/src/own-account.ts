import { typeIdFromUuid } from "@crew/contracts/ids";
import { askEmailChange } from "@crew/core/accounts/ask-email-change";
import { askPasswordReset } from "@crew/core/accounts/ask-password-reset";
import { deleteAccount } from "@crew/core/accounts/delete-account";
import { peekMailedToken } from "@crew/core/accounts/peek-mailed-token";
import { linkIsOver, replaceOwnPassword, replacePasswordByToken } from "@crew/core/accounts/replace-password";
import { verifyEmail } from "@crew/core/accounts/verify-email";
import { AppError } from "@crew/core/app-error";
import { accountMailJob } from "@crew/core/mail/account-mail-job";
import { type AuthParts, type AuthRoutes, answerJson, askedFrom, requireSession } from "./auth-call.ts";
import type { AuthSystem } from "./auth-system.ts";
import { hashPassword } from "./hash-password.ts";
import { mayMail } from "./limit-sign-ins.ts";
import { refuseWeakPassword } from "./password-rules.ts";
import { readEmail, readEmailChange, readNothing, readPassword, readPasswordChange, readReset, readToken } from "./read-auth-body.ts";
import { requireFreshFactor } from "./require-fresh-factor.ts";
import { newSessionToken } from "./session-rows.ts";
import { confirmPassword } from "./sign-in-with-password.ts";

/** What people do with their own account: password, address, and leaving. Whose it is comes from the session or the mailed token, never from a body. */
export function ownAccountRoutes(system: AuthSystem, parts: AuthParts): AuthRoutes {
  return {
    "POST /request-password-reset": async ({ body, client }) => {
      const email = readEmail(body);
      if (await mayMail(system, "reset", email)) await askPasswordReset(system, email, askedFrom(client));
      return answerJson({ status: true });
    },
    "POST /reset-password": async ({ body, client }) => {
      const { token, newPassword } = readReset(body);
      const owner = await peekMailedToken(system, token);
      if (owner?.purpose !== "password_reset") throw linkIsOver();
      refuseWeakPassword(newPassword, owner);
      await replacePasswordByToken(system, owner, { token, passwordHash: await hashPassword(newPassword), askedFrom: askedFrom(client) });
      return answerJson({ status: true });
    },
    "POST /change-password": async (call) => {
      const { currentPassword, newPassword } = readPasswordChange(call.body);
      const own = await requireSession(system, parts, call);
      await requireFreshFactor(system, own.token);
      const account = await confirmPassword(system, own.userId, currentPassword, call.client);
      refuseWeakPassword(newPassword, account);
      const newToken = newSessionToken();
      await replaceOwnPassword(system, account, {
        passwordHash: await hashPassword(newPassword),
        askedFrom: askedFrom(call.client),
        session: { id: own.sessionId, newToken },
      });
      return answerJson({ status: true }, [parts.cookie.issue(newToken)]);
    },
    "POST /send-verification-email": async (call) => {
      readNothing(call.body);
      const userId = typeIdFromUuid("user", (await requireSession(system, parts, call)).userId);
      if (!(await mayMail(system, "verify", userId)))
        throw new AppError("limited", "You have asked for several mails already. Wait an hour.", { retryAfterSeconds: 3_600 });
      await system.queue.send(system.db, accountMailJob, { kind: "email_verification", userId, askedFrom: askedFrom(call.client) });
      return answerJson({ status: true });
    },
    "POST /verify-email": async ({ body }) => answerJson(await verifyEmail(system, readToken(body))),
    "POST /change-email": async (call) => {
      const { newEmail, password } = readEmailChange(call.body);
      const own = await requireSession(system, parts, call);
      await requireFreshFactor(system, own.token);
      const account = await confirmPassword(system, own.userId, password, call.client);
      if (!(await mayMail(system, "verify", account.userId)))
        throw new AppError("limited", "You have asked for several mails already. Wait an hour.", { retryAfterSeconds: 3_600 });
      if (account.email === newEmail.toLowerCase()) throw new AppError("conflict", "This is your address already.");
      await askEmailChange(system, account, { newEmail, askedFrom: askedFrom(call.client) });
      return answerJson({ status: true });
    },
    "POST /delete-account": async (call) => {
      const password = readPassword(call.body);
      const own = await requireSession(system, parts, call);
      await requireFreshFactor(system, own.token);
      await deleteAccount(system, await confirmPassword(system, own.userId, password, call.client));
      return answerJson({ status: true });
    },
  };
}
