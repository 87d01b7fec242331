import type { CrewContainment, CrewDefinition } from "@crew/contracts/crews";
import type { Db } from "../system.ts";
import { definitionOf } from "./crew-draft.ts";
import { findCrew } from "./crew-repository.ts";

export interface LoadedCrewVersion {
  version: number;
  definition: CrewDefinition;
  /** Names that a run must be given values for, in order of appearance. */
  placeholders: string[];
  containment: CrewContainment;
}

/** What a run that starts now is pinned to; `undefined` when the crew is absent, deleted or of another workspace. */
export async function loadCrewVersion(db: Db, workspaceId: string, crewId: string): Promise<LoadedCrewVersion | undefined> {
  const crew = await findCrew(db, workspaceId, crewId);
  return crew && { version: crew.version, definition: definitionOf(crew), placeholders: crew.placeholders, containment: crew.containment };
}
