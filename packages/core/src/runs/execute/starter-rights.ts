import type { Permission } from "@crew/contracts/permissions";
import { permissionsOf } from "../../access/require-permission.ts";
import { GRANTED_PERMISSIONS } from "../../crew-grants/granted-permissions.ts";
import type { System } from "../../system.ts";
import { findStarterStanding, type Starter } from "./starter-rights-repository.ts";

/** How long a run goes on with what its starter might do: rights that were taken away stop it well within 5 s. */
const LIFETIME_MS = 3_000;
const MOST = 1_000;

interface Known {
  permissions: Promise<readonly Permission[]>;
  until: number;
}

/** What those whose runs one worker moves may do at this moment, so that not every call asks the database. */
export class StarterRights {
  readonly #system: Pick<System, "statements" | "now">;
  readonly #known = new Map<string, Known>();

  constructor(system: Pick<System, "statements" | "now">) {
    this.#system = system;
  }

  /** By role and by grants on the crew; nothing for who is no member any more, or whose key is gone. */
  find(starter: Starter): Promise<readonly Permission[]> {
    const name = Object.values(starter).join(" ");
    const now = this.#system.now().getTime();
    const known = this.#known.get(name);
    if (known && known.until > now) return known.permissions;
    const permissions = this.#read(starter);
    permissions.catch(() => this.#known.delete(name));
    this.#known.delete(name);
    this.#known.set(name, { permissions, until: now + LIFETIME_MS });
    this.#forgetOldest();
    return permissions;
  }

  async #read(starter: Starter): Promise<readonly Permission[]> {
    const standing = await findStarterStanding(this.#system.statements, starter);
    if (!standing || standing.isBarred || !standing.hasCredential) return [];
    const { role, customPermissions, granted } = standing;
    return [...new Set([...permissionsOf(role, customPermissions), ...granted.map((one) => GRANTED_PERMISSIONS[one])])];
  }

  #forgetOldest(): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
  }
}
