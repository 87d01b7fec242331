"use client";

import { Plus } from "lucide-react";
import type { Dispatch } from "react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { AgentFields } from "./agent-fields.tsx";
import { DraftRow } from "./draft-row.tsx";
import type { CrewDraft, DraftAction, DraftAgent } from "./draft-state.ts";
import type { OpenRows } from "./use-open-rows.ts";

export interface DraftListProps {
  draft: CrewDraft;
  rows: OpenRows;
  /** What is wrong at a path or below it. */
  problem: (path: string) => string | undefined;
  dispatch: Dispatch<DraftAction>;
}

export function AgentList({ draft, rows, problem, dispatch }: DraftListProps) {
  const add = (
    <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => dispatch({ type: "add-agent" })}>
      Add agent
    </Button>
  );
  return (
    <Card flush title="Agents" note="Who does the work" actions={add}>
      <ul>
        {draft.agents.map((agent, index) => (
          <DraftRow
            key={agent.rowId}
            noun="agent"
            rowId={agent.rowId}
            index={index}
            count={draft.agents.length}
            title={agent.role || "New agent"}
            summary={summaryOf(agent)}
            hasProblem={problem(`agents.${index}`) !== undefined}
            isOpen={rows.isOpen(agent)}
            onToggle={() => rows.toggle(agent)}
            onMove={(rowId, to) => dispatch({ type: "move", list: "agents", rowId, to })}
            onRemove={() => dispatch({ type: "remove", list: "agents", rowId: agent.rowId })}
          >
            <AgentFields
              agent={agent}
              path={`agents.${index}`}
              crewModel={draft.model}
              problem={problem}
              onChange={(change) => dispatch({ type: "agent", rowId: agent.rowId, change })}
            />
          </DraftRow>
        ))}
      </ul>
    </Card>
  );
}

function summaryOf(agent: DraftAgent): string {
  const tools = agent.tools.length === 0 ? "no tools" : agent.tools.join(", ");
  return `${agent.key} · ${agent.model ?? "the crew's model"} · ${tools}`;
}
