"use client";

import { useQuery } from "@tanstack/react-query";
import { crewPickQuery } from "../../data/crew-queries.ts";
import { Select } from "../../ui/select.tsx";
import { CODE_WORDS, codeTitle, LETTER_STATES } from "./dead-letter-words.ts";
import type { LetterFilters } from "./operation-queries.ts";

/** The filters live in the address. `onChange` is given what changed there; an empty value takes it away. */
export function DeadLetterFilter({ value, onChange }: { value: LetterFilters; onChange: (change: Record<string, string>) => void }) {
  const crews = useQuery(crewPickQuery).data?.data ?? [];
  return (
    <search aria-label="Filter the dead letters" className="grid grid-cols-2 gap-2 border-b border-line p-3 lg:grid-cols-4">
      <Select aria-label="State" value={value.state ?? "any"} onChange={(event) => onChange({ state: event.target.value })}>
        <option value="any">Any state</option>
        {Object.entries(LETTER_STATES).map(([state, words]) => (
          <option key={state} value={state}>
            {words}
          </option>
        ))}
      </Select>
      <Select aria-label="Crew" value={value.crewId ?? ""} onChange={(event) => onChange({ crew: event.target.value })}>
        <option value="">Any crew</option>
        {crews.map((crew) => (
          <option key={crew.id} value={crew.id}>
            {crew.name}
          </option>
        ))}
      </Select>
      <Select aria-label="Reason" value={value.code ?? ""} onChange={(event) => onChange({ code: event.target.value })}>
        <option value="">Any reason</option>
        {Object.keys(CODE_WORDS).map((code) => (
          <option key={code} value={code}>
            {codeTitle(code)}
          </option>
        ))}
      </Select>
      <Select aria-label="Kind" value={value.kind ?? ""} onChange={(event) => onChange({ kind: event.target.value })}>
        <option value="">Runs and jobs</option>
        <option value="run">Runs</option>
        <option value="job">Jobs</option>
      </Select>
    </search>
  );
}
