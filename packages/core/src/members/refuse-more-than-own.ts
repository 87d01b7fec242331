import type { Permission } from "@crew/contracts/permissions";
import { AppError } from "../app-error.ts";

/** Nobody gives a role that allows more than they may, nor touches a member who may more. Throws `forbidden`. */
export function refuseMoreThanOwn(own: readonly Permission[], other: readonly Permission[], what: string): void {
  const beyond = other.filter((permission) => !own.includes(permission));
  if (beyond.length > 0)
    throw new AppError(
      "forbidden",
      `${what} may do more than you: ${beyond.slice(0, 3).join(", ")}${beyond.length > 3 ? " …" : ""}. Ask somebody who may all of it.`,
    );
}
