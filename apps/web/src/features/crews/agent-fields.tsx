"use client";

import type { AgentInput } from "@crew/contracts/agents";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { ModelPicker } from "../models/model-picker.tsx";
import type { DraftAgent } from "./draft-state.ts";
import { FallbackModels } from "./fallback-models.tsx";
import { KeyField } from "./key-field.tsx";
import { SecondsField } from "./seconds-field.tsx";
import { ToolChoice } from "./tool-choice.tsx";

export interface AgentFieldsProps {
  agent: DraftAgent;
  path: string;
  crewModel: string;
  problem: (path: string) => string | undefined;
  onChange: (change: Partial<AgentInput>) => void;
}

export function AgentFields({ agent, path, crewModel, problem, onChange }: AgentFieldsProps) {
  const at = (field: string) => ({ "data-path": `${path}.${field}` });
  return (
    <>
      <div className="grid gap-4 md:grid-cols-[1fr_200px]">
        <Field label="Role" error={problem(`${path}.role`)} hint="Who it is, in a few words.">
          <Input {...at("role")} value={agent.role} maxLength={200} onChange={(event) => onChange({ role: event.target.value })} />
        </Field>
        <KeyField
          path={`${path}.key`}
          hint="What tasks call it."
          value={agent.key}
          error={problem(`${path}.key`)}
          onChange={(key) => onChange({ key })}
        />
      </div>
      <Field label="Goal" error={problem(`${path}.goal`)} hint="What it is after. {placeholders} are filled in for each run.">
        <Textarea {...at("goal")} rows={2} value={agent.goal} onChange={(event) => onChange({ goal: event.target.value })} />
      </Field>
      <Field label="Backstory" optional error={problem(`${path}.backstory`)} hint="Experience and manner, in its own words.">
        <Textarea {...at("backstory")} rows={2} value={agent.backstory} onChange={(event) => onChange({ backstory: event.target.value })} />
      </Field>
      <div className="grid gap-4 md:grid-cols-[1fr_200px]">
        <Field label="Model" error={problem(`${path}.model`)}>
          <ModelPicker value={agent.model} inherited={crewModel} path={`${path}.model`} onChange={(model) => onChange({ model })} />
        </Field>
        <Field label="Most model calls" error={problem(`${path}.maxIterations`)} hint="For one task, 1 to 100.">
          <Input
            {...at("maxIterations")}
            type="number"
            min={1}
            max={100}
            value={agent.maxIterations}
            onChange={(event) => onChange({ maxIterations: Math.round(Number(event.target.value)) })}
          />
        </Field>
      </div>
      <FallbackModels
        models={agent.fallbackModels}
        path={`${path}.fallbackModels`}
        firstModel={agent.model ?? crewModel}
        problem={problem}
        onChange={(fallbackModels) => onChange({ fallbackModels })}
      />
      <SecondsField
        label="Seconds for one task"
        hint="Waits for people not counted; a task over it ends the run. Empty: as long as the run may take."
        path={`${path}.maxExecutionSeconds`}
        value={agent.maxExecutionSeconds}
        error={problem(`${path}.maxExecutionSeconds`)}
        onChange={(maxExecutionSeconds) => onChange({ maxExecutionSeconds })}
      />
      <ToolChoice legend="Tools" value={agent.tools} onChange={(tools) => onChange({ tools })} />
    </>
  );
}
