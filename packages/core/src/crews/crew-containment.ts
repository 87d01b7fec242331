import type { CrewContainment, CrewDefinition } from "@crew/contracts/crews";
import type { EngineTool } from "@crew/engine/tool";
import { BUILTIN_TOOLS } from "@crew/engine/tools/builtin-tools";

type Traits = Pick<EngineTool, "isOutside" | "readsPrivate" | "destination">;

/** A tool that this version does not bring along is taken for the worst. */
const UNKNOWN: Traits = { isOutside: true, readsPrivate: true, destination: () => "" };

/**
 * The three-way rule: whoever can make an agent read a text can make it send what it knows, if it knows something that
 * is confidential and may send anywhere. Any two of the three are harmless.
 */
export function containmentOf(
  crew: { agents: { tools: string[] }[]; tasks: { tools: string[] }[] } & Pick<CrewDefinition, "egressHosts" | "privateData" | "memory">,
  signedOff: CrewContainment["signedOff"],
): CrewContainment {
  const tools = [...new Set([...crew.agents, ...crew.tasks].flatMap((part) => part.tools))].map((name) => ({
    name,
    traits: BUILTIN_TOOLS.find((tool) => tool.name === name) ?? UNKNOWN,
  }));
  const named = (has: (traits: Traits) => boolean) => tools.filter(({ traits }) => has(traits)).map(({ name }) => name);
  // What is remembered may be of versions that read other things, and of runs that others started.
  const memory = crew.memory ? ["memory"] : [];
  const privateData = [...(crew.privateData ? ["inputs"] : []), ...memory, ...named((traits) => traits.readsPrivate === true)];
  const untrustedContent = [...memory, ...named((traits) => traits.isOutside === true)];
  // With a list of hosts, or an empty one, whatever goes elsewhere waits for a person.
  const openEgress = crew.egressHosts.includes("*") ? named((traits) => traits.destination !== undefined) : [];
  const hasAll = [privateData, untrustedContent, openEgress].every((list) => list.length > 0);
  return { privateData, untrustedContent, openEgress, needsSignOff: hasAll && signedOff === null, signedOff };
}
