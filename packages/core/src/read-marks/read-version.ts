import type { ReadMark } from "@crew/contracts/endpoint";
import type { System } from "../system.ts";
import { findReadVersion } from "./read-mark-repository.ts";

/**
 * The version of everything in a workspace that the marks cover. Two equal ones mean that nothing of it was committed in
 * between; whatever is read after a version was asked for is at least as new as the version.
 */
export function readVersion(system: Pick<System, "statements">, workspaceId: string, marks: readonly ReadMark[]): Promise<string> {
  return findReadVersion(system.statements, workspaceId, marks);
}
