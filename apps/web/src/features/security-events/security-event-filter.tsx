"use client";

import type { SecuritySeverity } from "@crew/contracts/security-events";
import { Button } from "../../ui/button.tsx";
import { DayRangeInputs } from "../../ui/day-range-inputs.tsx";
import { Select } from "../../ui/select.tsx";
import { NO_SECURITY_FILTER, type SecurityEventFields } from "./security-event-query.ts";
import { kindWords, SECURITY_KINDS, SEVERITY_WORDS } from "./security-words.ts";

const SEVERITIES = Object.keys(SEVERITY_WORDS) as SecuritySeverity[];

export interface SecurityEventFilterProps {
  value: SecurityEventFields;
  onChange: (value: SecurityEventFields) => void;
}

export function SecurityEventFilter({ value, onChange }: SecurityEventFilterProps) {
  const set = (change: Partial<SecurityEventFields>) => onChange({ ...value, ...change });
  const kinds = Object.keys(SECURITY_KINDS);
  // The summary may have named one that this console has no words for.
  if (value.kind && !kinds.includes(value.kind)) kinds.push(value.kind);
  return (
    <search
      aria-label="Filter the events"
      className="grid grid-cols-2 gap-2 border-b border-line p-3 xl:grid-cols-[1.4fr_1fr_auto_auto_auto]"
    >
      <Select aria-label="Kind" value={value.kind} onChange={(event) => set({ kind: event.target.value })}>
        <option value="">Every kind</option>
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {kindWords(kind)}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Severity"
        value={value.severity}
        onChange={(event) => set({ severity: event.target.value as SecurityEventFields["severity"] })}
      >
        <option value="">Any severity</option>
        {SEVERITIES.map((severity) => (
          <option key={severity} value={severity}>
            {SEVERITY_WORDS[severity]}
          </option>
        ))}
      </Select>
      <DayRangeInputs value={value} onChange={set} />
      <Button disabled={!Object.values(value).some(Boolean)} onClick={() => onChange(NO_SECURITY_FILTER)}>
        Clear
      </Button>
    </search>
  );
}
