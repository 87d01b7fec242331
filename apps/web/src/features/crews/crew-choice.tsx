"use client";

import { useQuery } from "@tanstack/react-query";
import { crewPickQuery } from "../../data/crew-queries.ts";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";

export interface CrewChoiceProps {
  chosen: string;
  /** Of something that is for one crew for good. */
  fixedName: string | null;
  problem: string | undefined;
  onChoose: (crewId: string) => void;
}

/** Which crew something is for. */
export function CrewChoice({ chosen, fixedName, problem, onChoose }: CrewChoiceProps) {
  const crews = useQuery(crewPickQuery).data?.data ?? [];
  if (fixedName !== null)
    return (
      <Field label="Crew">
        <Input readOnly value={fixedName} />
      </Field>
    );
  return (
    <Field label="Crew" error={problem && "Choose the crew that is to run."}>
      <Select value={chosen} onChange={(event) => onChoose(event.target.value)}>
        <option value="">Choose a crew…</option>
        {crews.map((crew) => (
          <option key={crew.id} value={crew.id}>
            {crew.name}
          </option>
        ))}
      </Select>
    </Field>
  );
}
