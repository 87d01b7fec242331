"use client";

import type { BudgetAction, BudgetMeasure, BudgetPeriod, BudgetScope } from "@crew/contracts/budgets";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { BudgetSubject } from "./budget-subject.tsx";
import { MEASURE_WORDS, PERIOD_WORDS, SCOPE_WORDS } from "./budget-words.ts";

export interface BudgetValues {
  name: string;
  scope: BudgetScope;
  subjectId: string | null;
  period: BudgetPeriod;
  measure: BudgetMeasure;
  limit: string;
  action: BudgetAction;
  warnAtPercent: number | null;
  isEnabled: boolean;
}

const ACTION_WORDS: Record<BudgetAction, string> = {
  stop: "Stop the run: it fails and says why",
  park: "Let it wait for the next period or a higher limit",
};

const MEASURED_IN: Record<BudgetMeasure, string> = { usd: "US dollars", tokens: "tokens", calls: "model calls", minutes: "minutes" };

interface BudgetFieldsProps {
  values: BudgetValues;
  problems: Record<string, string>;
  set: (change: Partial<BudgetValues>) => void;
  /** What is counted is chosen once. */
  isNew: boolean;
}

export function BudgetFields({ values, problems, set, isNew }: BudgetFieldsProps) {
  return (
    <>
      <Field label="Name" error={problems.name}>
        <Input value={values.name} maxLength={80} placeholder="Each run" onChange={(event) => set({ name: event.target.value })} />
      </Field>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Chosen
          label="Whose calls"
          value={values.scope}
          words={SCOPE_WORDS}
          isNew={isNew}
          onChange={(scope) => set({ scope, subjectId: null })}
        />
        <BudgetSubject
          scope={values.scope}
          value={values.subjectId}
          problem={problems.subjectId}
          isNew={isNew}
          onChange={(subjectId) => set({ subjectId })}
        />
        <Chosen
          label="How long"
          hint="Days and months are those of UTC."
          value={values.period}
          words={PERIOD_WORDS}
          isNew={isNew}
          onChange={(period) => set({ period })}
        />
        <Chosen label="Counted in" value={values.measure} words={MEASURE_WORDS} isNew={isNew} onChange={(measure) => set({ measure })} />
      </div>
      {isNew ? null : <p className="-mt-2 text-xs text-faint">What is counted stays. To count something else, make another budget.</p>}
      <Field label={`Limit in ${MEASURED_IN[values.measure]}`} error={problems.limit}>
        <Input
          inputMode="decimal"
          value={values.limit}
          placeholder={values.measure === "usd" ? "2.00" : "1000"}
          onChange={(event) => set({ limit: event.target.value })}
        />
      </Field>
      <Field label="At the limit" hint="Answers in chats are always stopped: somebody waits for them." error={problems.action}>
        <Select value={values.action} onChange={(event) => set({ action: event.target.value as BudgetAction })}>
          {(Object.keys(ACTION_WORDS) as BudgetAction[]).map((action) => (
            <option key={action} value={action}>
              {ACTION_WORDS[action]}
            </option>
          ))}
        </Select>
      </Field>
      <Field
        label="Warn when so much is used, in percent"
        optional
        hint="Webhooks hear of it, and the bar changes its color."
        error={problems.warnAtPercent}
      >
        <Input
          type="number"
          min={1}
          max={99}
          value={values.warnAtPercent ?? ""}
          onChange={(event) => set({ warnAtPercent: event.target.value === "" ? null : Number(event.target.value) })}
        />
      </Field>
      <Checkbox
        label="It holds"
        hint="Off: calls are not counted, and nothing is stopped."
        checked={values.isEnabled}
        onChange={(event) => set({ isEnabled: event.target.checked })}
      />
    </>
  );
}

function Chosen<T extends string>(props: {
  label: string;
  hint?: string;
  value: T;
  words: Record<T, string>;
  isNew: boolean;
  onChange: (value: T) => void;
}) {
  const { label, hint, value, words, isNew, onChange } = props;
  return (
    <Field label={label} hint={hint}>
      <Select value={value} disabled={!isNew} onChange={(event) => onChange(event.target.value as T)}>
        {(Object.keys(words) as T[]).map((one) => (
          <option key={one} value={one}>
            {words[one]}
          </option>
        ))}
      </Select>
    </Field>
  );
}
