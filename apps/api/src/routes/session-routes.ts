import type { Auth } from "@crew/auth/auth-system";
import { setCredentials } from "@crew/auth/set-credentials";
import { sessionEndpoints } from "@crew/contracts/session";
import { renameAccount } from "@crew/core/accounts/rename-account";
import { AppError } from "@crew/core/app-error";
import { createSocketTicket } from "@crew/core/sessions/create-socket-ticket";
import { getInstallation } from "@crew/core/sessions/get-installation";
import { getMe } from "@crew/core/sessions/get-me";
import type { RegisterRoute } from "../route.ts";

export function sessionRoutes(route: RegisterRoute, auth: Auth): void {
  route(sessionEndpoints.installation, (ctx) => getInstallation(ctx));
  route(sessionEndpoints.me, (ctx) => getMe(ctx));
  route(sessionEndpoints.updateMe, async (ctx, { body }) => {
    await renameAccount(ctx, body);
    return getMe(ctx);
  });
  route(sessionEndpoints.setCredentials, async (ctx, { body, http }) => {
    const ownToken = auth.cookie.read(http.headers.cookie);
    if (!ownToken) throw new AppError("unauthenticated", "This needs the session of the page that you are signed in with.");
    await setCredentials(ctx, body, ownToken);
    return getMe({ ...ctx, actor: { ...ctx.actor, name: body.name } });
  });
  route(sessionEndpoints.stepUp, async (ctx, { body, http }) => {
    await auth.stepUp(ctx.actor, body, { address: http.ip, userAgent: http.headers["user-agent"] ?? null });
    return null;
  });
  route(sessionEndpoints.socketTicket, (ctx) => createSocketTicket(ctx));
}
