"use client";

import { useId } from "react";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { PRESETS } from "./schedule-words.ts";

export interface CronFieldsProps {
  cron: string;
  timezone: string;
  problems: { cron: string | undefined; timezone: string | undefined };
  onChange: (change: { cron?: string; timezone?: string }) => void;
}

/** When: a common one with a press, any other by its cron. */
export function CronFields({ cron, timezone, problems, onChange }: CronFieldsProps) {
  const zones = useId();
  return (
    <div className="flex flex-col gap-3">
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="mb-1 text-sm font-medium">When</legend>
        {PRESETS.map((preset) => (
          <button
            key={preset.cron}
            type="button"
            aria-pressed={cron === preset.cron}
            onClick={() => onChange({ cron: preset.cron })}
            className="h-7 rounded-md border border-line-strong bg-raised px-2.5 text-sm hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent max-sm:h-10"
          >
            {preset.label}
          </button>
        ))}
      </fieldset>
      <div className="grid items-start gap-3 @md:grid-cols-2">
        <Field label="Cron" hint="Minute, hour, day of month, month, day of week." error={problems.cron}>
          <Input
            className="font-mono"
            maxLength={120}
            autoComplete="off"
            spellCheck={false}
            value={cron}
            onChange={(event) => onChange({ cron: event.target.value })}
          />
        </Field>
        <Field label="Time zone" hint="Its clocks count, through summer and winter time." error={problems.timezone}>
          <Input
            list={zones}
            maxLength={60}
            autoComplete="off"
            spellCheck={false}
            value={timezone}
            onChange={(event) => onChange({ timezone: event.target.value })}
          />
        </Field>
      </div>
      <datalist id={zones}>
        {["UTC", ...Intl.supportedValuesOf("timeZone")].map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </div>
  );
}
