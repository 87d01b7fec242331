"use client";

import type { HumanPolicy } from "@crew/contracts/crews";
import type { Dispatch } from "react";
import { Card } from "../../ui/card.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import type { CrewDraft, DraftAction } from "./draft-state.ts";

export interface CrewPeopleProps {
  draft: CrewDraft;
  problem: (path: string) => string | undefined;
  dispatch: Dispatch<DraftAction>;
}

const FIRST: HumanPolicy = { deadlineMinutes: 24 * 60, onDeadline: "fail", defaultAnswer: "", escalateTo: null };

/** When people are asked, and what happens when nobody answers. */
export function CrewPeople({ draft, problem, dispatch }: CrewPeopleProps) {
  const change = (values: Partial<Pick<CrewDraft, "toolApprovals" | "humanPolicy">>) => dispatch({ type: "crew", change: values });
  const used = [...new Set([...draft.agents, ...draft.tasks].flatMap(({ tools }) => tools))].filter((name) => name !== "ask_person");
  const offered = [...used, ...draft.toolApprovals.filter((name) => !used.includes(name))];
  const { humanPolicy } = draft;
  return (
    <Card title="People" note="Whom it waits for. A run that waits holds nothing and costs nothing.">
      <div className="flex flex-col gap-4">
        <fieldset data-path="toolApprovals" tabIndex={-1} className="flex min-w-0 flex-col gap-2">
          <legend className="mb-1 text-sm font-medium">Ask before each call of</legend>
          {offered.length === 0 ? <p className="text-sm text-faint">Its agents and tasks have no tools yet.</p> : null}
          <div className="flex flex-wrap gap-x-6 gap-y-2">
            {offered.map((name) => (
              <Checkbox
                key={name}
                label={<span className="font-mono text-sm">{name}</span>}
                hint={used.includes(name) ? undefined : "Nothing here uses it."}
                checked={draft.toolApprovals.includes(name)}
                onChange={(event) =>
                  change({
                    toolApprovals: event.target.checked
                      ? [...draft.toolApprovals, name]
                      : draft.toolApprovals.filter((other) => other !== name),
                  })
                }
              />
            ))}
          </div>
          {problem("toolApprovals") ? <p className="text-xs text-bad">{problem("toolApprovals")}</p> : null}
        </fieldset>
        <Checkbox
          data-path="humanPolicy"
          label="Its questions have a deadline"
          hint="Reviews, questions of agents, tools and unknown outcomes. Without one they wait as long as the run may."
          checked={humanPolicy !== null}
          onChange={(event) => change({ humanPolicy: event.target.checked ? FIRST : null })}
        />
        {humanPolicy === null ? null : (
          <PolicyFields
            policy={humanPolicy}
            problem={problem}
            onChange={(values) => change({ humanPolicy: { ...humanPolicy, ...values } })}
          />
        )}
      </div>
    </Card>
  );
}

interface PolicyFieldsProps {
  policy: HumanPolicy;
  problem: CrewPeopleProps["problem"];
  onChange: (values: Partial<HumanPolicy>) => void;
}

function PolicyFields({ policy, problem, onChange }: PolicyFieldsProps) {
  return (
    <div className="flex flex-col gap-4 border-l-2 border-line pl-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Minutes to answer" hint="At most 30 days: 43200." error={problem("humanPolicy.deadlineMinutes")}>
          <Input
            data-path="humanPolicy.deadlineMinutes"
            type="number"
            min={1}
            max={30 * 24 * 60}
            value={Number.isNaN(policy.deadlineMinutes) ? "" : policy.deadlineMinutes}
            onChange={(event) => onChange({ deadlineMinutes: event.target.valueAsNumber })}
          />
        </Field>
        <Field label="When nobody answers" hint={MEANINGS[policy.onDeadline]}>
          <Select value={policy.onDeadline} onChange={(event) => onChange({ onDeadline: event.target.value as HumanPolicy["onDeadline"] })}>
            <option value="fail">The run fails</option>
            <option value="continue">Go on without an answer</option>
            <option value="answer">Answer with words of the crew</option>
            <option value="escalate">Ask somebody else, then fail</option>
          </Select>
        </Field>
      </div>
      {policy.onDeadline === "answer" ? (
        <Field
          label="The crew's answer"
          hint="It becomes the output of a review and the answer to a question. It allows no tool."
          error={problem("humanPolicy.defaultAnswer")}
        >
          <Textarea
            data-path="humanPolicy.defaultAnswer"
            rows={2}
            maxLength={20_000}
            value={policy.defaultAnswer}
            onChange={(event) => onChange({ defaultAnswer: event.target.value })}
          />
        </Field>
      ) : null}
      {policy.onDeadline === "escalate" ? (
        <Field
          label="E-mail address of whom to ask"
          hint="They get a link that answers this one question, without an account. Needs a mail server."
          error={problem("humanPolicy.escalateTo")}
        >
          <Input
            data-path="humanPolicy.escalateTo"
            type="email"
            value={policy.escalateTo ?? ""}
            onChange={(event) => onChange({ escalateTo: event.target.value === "" ? null : event.target.value })}
          />
        </Field>
      ) : null}
    </div>
  );
}

const MEANINGS: Record<HumanPolicy["onDeadline"], string> = {
  fail: "With the reason that nobody answered.",
  continue: "A draft is taken as it is; a question reads that nobody answered; a tool does not run.",
  answer: "A tool does not run, whatever the words are.",
  escalate: "They have the same time once more.",
};
