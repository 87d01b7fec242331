"use client";

import { Button } from "../../ui/button.tsx";
import { DayRangeInputs } from "../../ui/day-range-inputs.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { type AuditFields, NO_FILTER } from "./audit-query.ts";
import { AUDIT_NOUNS } from "./audit-words.ts";

export function AuditFilterForm({ value, onChange }: { value: AuditFields; onChange: (value: AuditFields) => void }) {
  const set = (change: Partial<AuditFields>) => onChange({ ...value, ...change });
  const isFiltered = Object.values(value).some(Boolean);
  return (
    <search className="grid grid-cols-2 gap-2 border-b border-line px-4 py-3 sm:grid-cols-3 xl:grid-cols-[1.2fr_1fr_1fr_auto_auto_auto]">
      <Select aria-label="What was done" value={value.action} onChange={(event) => set({ action: event.target.value })}>
        {AUDIT_NOUNS.map(([action, words]) => (
          <option key={action} value={action}>
            {words}
          </option>
        ))}
      </Select>
      <Input
        aria-label="By whom: the id of a person, key or app"
        placeholder="By: user_…, key_…"
        maxLength={80}
        spellCheck={false}
        value={value.actor}
        onChange={(event) => set({ actor: event.target.value })}
      />
      <Input
        aria-label="To what: its id"
        placeholder="To: any id"
        maxLength={120}
        spellCheck={false}
        value={value.subject}
        onChange={(event) => set({ subject: event.target.value })}
      />
      <DayRangeInputs value={value} onChange={set} />
      <Button disabled={!isFiltered} onClick={() => onChange(NO_FILTER)}>
        Clear
      </Button>
    </search>
  );
}
