import type { Installation } from "@crew/contracts/session";
import type { System } from "../system.ts";
import { hasUsers } from "../workspaces/local-owner-repository.ts";

/** What anyone may know before signing in. */
export async function getInstallation(ctx: Pick<System, "db" | "installation">): Promise<Installation> {
  const { mode, version, sendsMail, signInProviders } = ctx.installation;
  return { mode, version, signUpOpen: await takesStrangers(ctx), socketPath: "", signInProviders: [...signInProviders], sendsMail };
}

async function takesStrangers({ db, installation }: Pick<System, "db" | "installation">): Promise<boolean> {
  switch (installation.signUp) {
    case "open":
      return true;
    case "first-user":
      return !(await hasUsers(db));
    case "invite":
      return false;
  }
}
