"use client";

import { Plus } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import type { DraftListProps } from "./agent-list.tsx";
import { DraftRow } from "./draft-row.tsx";
import type { DraftAgent, DraftTask } from "./draft-state.ts";
import { TaskFields } from "./task-fields.tsx";

export function TaskList({ draft, rows, problem, dispatch }: DraftListProps) {
  const add = (
    <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => dispatch({ type: "add-task" })}>
      Add task
    </Button>
  );
  return (
    <Card flush title="Tasks" note="What is done, one after another" actions={add}>
      <ul>
        {draft.tasks.map((task, index) => (
          <DraftRow
            key={task.rowId}
            noun="task"
            rowId={task.rowId}
            index={index}
            count={draft.tasks.length}
            title={task.description || "New task"}
            summary={summaryOf(task, draft.agents)}
            hasProblem={problem(`tasks.${index}`) !== undefined}
            isOpen={rows.isOpen(task)}
            onToggle={() => rows.toggle(task)}
            onMove={(rowId, to) => dispatch({ type: "move", list: "tasks", rowId, to })}
            onRemove={() => dispatch({ type: "remove", list: "tasks", rowId: task.rowId })}
          >
            <TaskFields
              task={task}
              path={`tasks.${index}`}
              agents={draft.agents}
              earlier={draft.tasks.slice(0, index)}
              problem={problem}
              onChange={(change) => dispatch({ type: "task", rowId: task.rowId, change })}
            />
          </DraftRow>
        ))}
      </ul>
    </Card>
  );
}

function summaryOf(task: DraftTask, agents: readonly DraftAgent[]): string {
  const agent = agents.find((candidate) => candidate.key === task.agent);
  const reads = task.context === null ? "reads all before" : task.context.length === 0 ? "reads none" : `reads ${task.context.join(", ")}`;
  return `${task.key} · ${agent?.role || task.agent || "nobody"} · ${reads}${task.humanInput ? " · reviewed by a person" : ""}`;
}
