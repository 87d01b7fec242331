import type { Halt } from "@crew/contracts/halts";
import { HaltReason } from "@crew/contracts/halts";
import { AppError } from "../app-error.ts";
import type { System } from "../system.ts";
import { findInstallationHalt, insertHalt, listWorkspacesWithRuns, removeInstallationHalt, stopRunningRows } from "./halt-repository.ts";

type Needs = Pick<System, "db" | "bus" | "now" | "newId">;

const OPERATOR = "the operator";

/** The switch of whoever operates the installation, on the machine: it needs no account, and no request can throw it. */
export async function haltInstallation(system: Needs, reason: string): Promise<Halt & { stopping: number }> {
  const parsed = HaltReason.safeParse(reason);
  if (!parsed.success) throw new AppError("invalid", "Say why, in at most 500 characters: it is told to everybody whose run is refused.");
  const halted = await system.db.transaction(async (db) => {
    const createdAt = system.now().toISOString();
    const halt: Halt = { id: system.newId("halt"), scope: "installation", crewId: null, reason: parsed.data, by: OPERATOR, createdAt };
    if (!(await insertHalt(db, null, halt))) throw new AppError("conflict", "The installation is halted already. Lift that halt first.");
    return { ...halt, stopping: await stopRunningRows(db, { workspaceId: null, crewId: null }, OPERATOR) };
  });
  await tellWorkspaces(system, halted.id);
  return halted;
}

/** `false`: it was not halted. */
export async function liftInstallationHalt(system: Needs): Promise<boolean> {
  const isLifted = await removeInstallationHalt(system.db);
  if (isLifted) await tellWorkspaces(system, "");
  return isLifted;
}

export function installationHalt(system: Pick<System, "db">): Promise<Halt | undefined> {
  return findInstallationHalt(system.db);
}

async function tellWorkspaces(system: Needs, id: string): Promise<void> {
  for (const workspaceId of await listWorkspacesWithRuns(system.db))
    system.bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "halt", id });
}
