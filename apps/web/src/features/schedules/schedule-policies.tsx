"use client";

import type { MissedPolicy, OverlapPolicy, Schedule } from "@crew/contracts/schedules";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { GRACE_WORDS, MISSED_WORDS, OVERLAP_WORDS } from "./schedule-words.ts";

type Policies = Pick<Schedule, "missedPolicy" | "graceSeconds" | "overlap">;

/** What holds when a time was missed, or when the run before is not over. */
export function SchedulePolicies({ values, onChange }: { values: Policies; onChange: (change: Partial<Policies>) => void }) {
  const graces = GRACE_WORDS.some(([seconds]) => seconds === values.graceSeconds)
    ? GRACE_WORDS
    : [...GRACE_WORDS, [values.graceSeconds, `${values.graceSeconds} s`] as const];
  return (
    <>
      <Field label="When the platform was down at its time" hint={MISSED_WORDS[values.missedPolicy].hint}>
        <Select value={values.missedPolicy} onChange={(event) => onChange({ missedPolicy: event.target.value as MissedPolicy })}>
          {Object.entries(MISSED_WORDS).map(([policy, { label }]) => (
            <option key={policy} value={policy}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <div className="grid items-start gap-3 @md:grid-cols-2">
        <Field label="It is still on time after" hint="What is later than this counts as missed.">
          <Select value={values.graceSeconds} onChange={(event) => onChange({ graceSeconds: Number(event.target.value) })}>
            {graces.map(([seconds, words]) => (
              <option key={seconds} value={seconds}>
                {words}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="When its last run still goes on" hint={OVERLAP_WORDS[values.overlap].hint}>
          <Select value={values.overlap} onChange={(event) => onChange({ overlap: event.target.value as OverlapPolicy })}>
            {Object.entries(OVERLAP_WORDS).map(([policy, { label }]) => (
              <option key={policy} value={policy}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
      </div>
    </>
  );
}
