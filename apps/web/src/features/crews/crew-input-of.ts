import type { Crew, CrewDefinition, CrewInput } from "@crew/contracts/crews";

/** The part of a crew that a person writes: what `PUT` takes. */
export function crewInputOf(crew: Crew): CrewInput {
  const { name, description, process, model, egressHosts, scopes, privateData, memory, example } = crew;
  const { toolApprovals, toolCache, humanPolicy, maxExecutionSeconds } = crew;
  return {
    ...{ name, description, process, model, egressHosts, scopes, privateData, memory },
    ...{ toolApprovals, toolCache, humanPolicy, maxExecutionSeconds },
    agents: crew.agents.map(({ id: _, ...agent }) => agent),
    tasks: crew.tasks.map(({ id: _, ...task }) => task),
    example,
  };
}

/** A crew as one of its versions was. A version keeps what runs execute; description and example stay as they are. */
export function inputOfVersion(crew: Crew, definition: CrewDefinition): CrewInput {
  return crewInputOf({ ...crew, ...definition });
}

export function copyOfCrew(crew: Crew): CrewInput {
  return { ...crewInputOf(crew), name: `${crew.name.slice(0, 75)} copy` };
}

/** The smallest crew that runs: one agent, one task, one `{placeholder}` to fill in. */
export function blankCrew(name: string): CrewInput {
  return {
    name,
    description: "",
    process: "sequential",
    model: "demo/extractive",
    egressHosts: [],
    scopes: null,
    privateData: false,
    memory: false,
    toolApprovals: [],
    toolCache: false,
    humanPolicy: null,
    maxExecutionSeconds: null,
    agents: [
      {
        key: "researcher",
        role: "Researcher",
        goal: "Find what matters about {topic}",
        backstory: "",
        model: null,
        tools: ["read_document"],
        maxIterations: 25,
        fallbackModels: [],
        maxExecutionSeconds: null,
      },
    ],
    tasks: [
      {
        key: "research",
        description: "Read the documents and list the most important facts about {topic}.",
        expectedOutput: "A list of five facts, each with its source",
        agent: "researcher",
        context: null,
        tools: [],
        humanInput: false,
        maxExecutionSeconds: null,
      },
    ],
    example: null,
  };
}
