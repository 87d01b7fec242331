import type { CrewDefinition } from "@crew/contracts/crews";
import type { RunHost } from "./host.ts";
import { interpolate, requireInputs } from "./interpolate.ts";
import { runSequential } from "./sequential.ts";
import type { EngineTool } from "./tool.ts";
import { BUILTIN_TOOLS } from "./tools/builtin-tools.ts";

export interface RunCrewOptions {
  /** Every tool that tasks and agents may name; without it, the built-in ones. */
  tools?: readonly EngineTool[];
}

/**
 * Runs a crew from its first task to its final output. Throws `RunFailure` when the run cannot go on. The caller writes
 * the terminal event: it belongs to the transaction that ends the run.
 */
export async function runCrew(host: RunHost, definition: CrewDefinition, options: RunCrewOptions = {}): Promise<{ output: string }> {
  const roles = new Map(definition.agents.map((agent) => [agent.key, agent.role]));
  requireInputs(definition, host.inputs);
  host.emit("crew/started", "crew_kickoff_started", {
    crewName: definition.name,
    tasks: definition.tasks.map((task) => ({
      key: task.key,
      agentKey: task.agent,
      agentRole: interpolate(roles.get(task.agent) ?? "", host.inputs),
    })),
  });
  switch (definition.process) {
    case "sequential":
      return runSequential(host, definition, options.tools ?? BUILTIN_TOOLS);
  }
}
