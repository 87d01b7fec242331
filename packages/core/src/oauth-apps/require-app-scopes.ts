import { APP_PERMISSIONS } from "@crew/contracts/oauth-scopes";
import type { Permission } from "@crew/contracts/permissions";
import { permissionsWithin } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import type { Ctx } from "../system.ts";

/** What an app may hold at most: nobody hands on more than they have. Absent: all of that. Throws `invalid`. */
export function requireAppScopes(ctx: Ctx, scopes: readonly Permission[] | undefined): Permission[] {
  const own = permissionsWithin(APP_PERMISSIONS, ctx.actor.permissions);
  if (!scopes) return own;
  const issues = scopes.flatMap((scope, index) =>
    own.includes(scope)
      ? []
      : [
          {
            path: `scopes.${index}`,
            message: APP_PERMISSIONS.includes(scope) ? `you do not have ${scope} yourself` : `no app is given ${scope}`,
          },
        ],
  );
  if (issues.length > 0) throw new AppError("invalid", `The app cannot have this: ${issues[0]?.message}.`, { issues });
  return [...new Set(scopes)];
}
