import type { System } from "../system.ts";
import { findDecider } from "./oauth-artifact-repository.ts";

/** Who decided on a request; only their browser may take the answer to the app. `undefined`: nobody has yet. */
export async function findOAuthDecider(system: Pick<System, "db">, requestId: string): Promise<string | undefined> {
  return findDecider(system.db, requestId);
}
