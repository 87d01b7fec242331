import { CrewInput } from "@crew/contracts/crews";
import { RunId } from "@crew/contracts/ids";
import type { MessagePart } from "@crew/contracts/message-parts";

const RELATIONS: Record<string, "started" | "shown"> = { start_run: "started", read_run: "shown", stop_run: "shown" };

/** The cards that stand beside an answer for what a platform tool has done; from call and result alone. */
export function partsOfResult(tool: string, args: Record<string, unknown>, result: string): MessagePart[] {
  const relation = RELATIONS[tool];
  if (relation) {
    const { runId, crewName } = objectOf(result);
    const id = RunId.safeParse(runId).data;
    return id ? [{ type: "run", runId: id, title: String(crewName ?? ""), relation }] : [];
  }
  if (tool !== "propose_crew") return [];
  const definition = CrewInput.safeParse(args.definition).data;
  const { crewId } = objectOf(result);
  if (!definition) return [];
  return [{ type: "crew", crewId: typeof crewId === "string" ? crewId : null, name: definition.name, definition }];
}

/** Longer results were cut, and are no JSON any more: the head says what is asked here. */
function objectOf(result: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(result);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    const named = (name: string) => new RegExp(`"${name}": "([^"\\\\]*)"`).exec(result.slice(0, 1_000))?.[1];
    return { runId: named("runId"), crewName: named("crewName") };
  }
}
