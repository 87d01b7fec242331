"use client";

import type { TaskInput } from "@crew/contracts/tasks";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { ContextPicker } from "./context-picker.tsx";
import type { DraftAgent, DraftTask } from "./draft-state.ts";
import { KeyField } from "./key-field.tsx";
import { SecondsField } from "./seconds-field.tsx";
import { ToolChoice } from "./tool-choice.tsx";

export interface TaskFieldsProps {
  task: DraftTask;
  path: string;
  agents: DraftAgent[];
  earlier: DraftTask[];
  problem: (path: string) => string | undefined;
  onChange: (change: Partial<TaskInput>) => void;
}

export function TaskFields({ task, path, agents, earlier, problem, onChange }: TaskFieldsProps) {
  const at = (field: string) => ({ "data-path": `${path}.${field}` });
  const isKnown = agents.some((agent) => agent.key === task.agent);
  return (
    <>
      <Field
        label="Description"
        error={problem(`${path}.description`)}
        hint="What is to be done. {placeholders} are filled in for each run."
      >
        <Textarea
          {...at("description")}
          rows={3}
          value={task.description}
          onChange={(event) => onChange({ description: event.target.value })}
        />
      </Field>
      <Field
        label="Expected output"
        error={problem(`${path}.expectedOutput`)}
        hint="The form of a good answer, such as “a table of five rows”."
      >
        <Textarea
          {...at("expectedOutput")}
          rows={2}
          value={task.expectedOutput}
          onChange={(event) => onChange({ expectedOutput: event.target.value })}
        />
      </Field>
      <div className="grid gap-4 md:grid-cols-[1fr_200px]">
        <Field label="Agent" error={problem(`${path}.agent`)}>
          <Select {...at("agent")} value={task.agent} onChange={(event) => onChange({ agent: event.target.value })}>
            {isKnown ? null : <option value={task.agent}>{task.agent ? `${task.agent} (gone)` : "Choose…"}</option>}
            {agents.map((agent) => (
              <option key={agent.rowId} value={agent.key}>
                {agent.role || agent.key}
              </option>
            ))}
          </Select>
        </Field>
        <KeyField
          path={`${path}.key`}
          hint="What later tasks call it."
          value={task.key}
          error={problem(`${path}.key`)}
          onChange={(key) => onChange({ key })}
        />
      </div>
      <ContextPicker
        value={task.context}
        earlier={earlier}
        error={problem(`${path}.context`)}
        path={`${path}.context`}
        onChange={(context) => onChange({ context })}
      />
      <ToolChoice
        legend="Tools for this task"
        note="None chosen: the tools of its agent."
        value={task.tools}
        onChange={(tools) => onChange({ tools })}
      />
      <SecondsField
        label="Seconds that it may take"
        hint="Waits for people not counted; over it the run ends. Empty: as long as its agent may."
        path={`${path}.maxExecutionSeconds`}
        value={task.maxExecutionSeconds}
        error={problem(`${path}.maxExecutionSeconds`)}
        onChange={(maxExecutionSeconds) => onChange({ maxExecutionSeconds })}
      />
      <Checkbox
        label="A person reviews the output"
        hint="The run waits until somebody approves it or sends it back with a comment."
        checked={task.humanInput}
        onChange={(event) => onChange({ humanInput: event.target.checked })}
      />
    </>
  );
}
