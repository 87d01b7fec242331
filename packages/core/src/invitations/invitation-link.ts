import type { System } from "../system.ts";

/** The token is a fragment: browsers send it to nobody, so that it stands in no log and no `Referer`. */
export function invitationLink(system: Pick<System, "installation">, token: string): string {
  return `${system.installation.publicUrl}/invitation/#token=${token}`;
}
