import type { CrewInput } from "@crew/contracts/crews";
import { Code } from "../../../ui/code.tsx";
import { visibleText } from "../../../ui/visible-text.ts";

/** What a person must see of a crew before it is theirs: who does what with which tools; the rest is in the JSON. */
export function ProposedCrew({ input }: { input: CrewInput }) {
  return (
    <>
      {input.description ? <p className="text-sm break-words">{visibleText(input.description)}</p> : null}
      <p className="text-sm text-muted">
        Model {input.model}.{input.egressHosts.length > 0 ? ` May send to ${visibleText(input.egressHosts.join(", "))}.` : ""}
        {input.memory ? " It remembers what it said." : ""}
      </p>
      <ul aria-label="Agents" className="flex flex-col gap-1.5 text-sm">
        {input.agents.map((agent) => (
          <li key={agent.key} className="break-words">
            <span className="font-medium">{visibleText(agent.role)}</span>: {visibleText(agent.goal)}
            {agent.tools.length > 0 ? <span className="text-muted"> Tools: {visibleText(agent.tools.join(", "))}.</span> : null}
          </li>
        ))}
      </ul>
      <ol aria-label="Tasks" className="flex list-decimal flex-col gap-1.5 pl-5 text-sm">
        {input.tasks.map((task) => (
          <li key={task.key} className="break-words whitespace-pre-wrap">
            {visibleText(task.description)}
            <span className="text-muted">
              {" "}
              → {visibleText(task.expectedOutput)}
              {task.tools.length > 0 ? ` Tools: ${visibleText(task.tools.join(", "))}.` : ""}
              {task.humanInput ? " A person reviews it." : ""}
            </span>
          </li>
        ))}
      </ol>
      <details>
        <summary className="cursor-pointer text-sm text-muted">The whole definition</summary>
        <Code label="The proposed crew as JSON" text={visibleText(JSON.stringify(input, null, 2))} />
      </details>
    </>
  );
}
