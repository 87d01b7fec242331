import { CrewInput } from "@crew/contracts/crews";
import type { z } from "zod";

/** A small valid crew; `over` replaces any part of it. */
export function buildCrew(over: Partial<z.input<typeof CrewInput>> = {}): CrewInput {
  return CrewInput.parse({
    name: "Brief",
    agents: [
      { key: "scout", role: "Scout", goal: "Find what matters about {topic}", backstory: "Reads everything." },
      { key: "writer", role: "Writer", goal: "Write plainly" },
    ],
    tasks: [
      { key: "find", description: "Find five facts on {topic}", expectedOutput: "A list of five facts", agent: "scout" },
      { key: "write", description: "Write one page", expectedOutput: "One page of markdown", agent: "writer" },
    ],
    ...over,
  });
}
