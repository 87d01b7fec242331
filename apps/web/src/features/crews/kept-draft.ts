import type { Crew, CrewInput } from "@crew/contracts/crews";
import { z } from "zod";

const Kept = z.object({ version: z.int(), input: z.unknown() });

const keyOf = (crewId: string) => `draft:${crewId}`;

/** Keeps unsaved work of this tab over a reload, a crash of the tab and the back button. */
export function keepDraft(base: Crew, input: CrewInput): void {
  try {
    sessionStorage.setItem(keyOf(base.id), JSON.stringify({ version: base.version, input }));
  } catch {
    // Storage is full or switched off: the question before leaving still guards the draft.
  }
}

export function forgetDraft(crewId: string): void {
  try {
    sessionStorage.removeItem(keyOf(crewId));
  } catch {
    // Nothing was kept then.
  }
}

/** Unsaved work on this very version; a draft on an older one would silently undo what others have saved since. */
export function recallDraft(crew: Crew): CrewInput | null {
  try {
    const kept = Kept.parse(JSON.parse(sessionStorage.getItem(keyOf(crew.id)) ?? "null"));
    if (kept.version !== crew.version) return null;
    const input = kept.input as CrewInput;
    return Array.isArray(input.agents) && Array.isArray(input.tasks) ? input : null;
  } catch {
    return null;
  }
}
