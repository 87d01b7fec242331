"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { crewPickQuery } from "../../data/crew-queries.ts";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { useMay } from "../members/use-may.ts";
import type { MemoryFields } from "./memory-words.ts";

export interface MemoryFilterFormProps {
  value: MemoryFields;
  onChange: (change: Partial<MemoryFields>) => void;
}

export function MemoryFilterForm({ value, onChange }: MemoryFilterFormProps) {
  const crews = useQuery({ ...crewPickQuery, enabled: useMay("crews:read") }).data?.data ?? [];
  const isKnown = value.crew === "" || crews.some(({ id }) => id === value.crew);
  return (
    <search aria-label="Filter the memories" className="flex flex-col gap-2 border-b border-line p-3">
      <div className="grid gap-2 sm:grid-cols-2 xl:grid-cols-[1fr_1fr_1.4fr_auto]">
        <Select aria-label="Crew" value={value.crew} onChange={(event) => onChange({ crew: event.target.value })}>
          <option value="">Any crew</option>
          {isKnown ? null : <option value={value.crew}>The crew of the address</option>}
          {crews.map((crew) => (
            <option key={crew.id} value={crew.id}>
              {crew.name}
            </option>
          ))}
        </Select>
        <Select
          aria-label="Where it came from"
          value={value.tainted}
          onChange={(event) => onChange({ tainted: event.target.value as MemoryFields["tainted"] })}
        >
          <option value="">From anywhere</option>
          <option value="true">From outside</option>
          <option value="false">Not from outside</option>
        </Select>
        <Input
          type="search"
          aria-label="Words in the text"
          placeholder="Words in the text"
          maxLength={200}
          value={value.query}
          onChange={(event) => onChange({ query: event.target.value })}
        />
        <Button disabled={!Object.values(value).some(Boolean)} onClick={() => onChange({ crew: "", run: "", tainted: "", query: "" })}>
          Clear
        </Button>
      </div>
      {value.run ? (
        <p className="flex items-center gap-1 text-xs text-muted">
          <span className="min-w-0 break-all">
            Only of the run <span className="font-mono">{value.run}</span>
          </span>
          <IconButton label="Of every run" icon={<X />} onClick={() => onChange({ run: "" })} />
        </p>
      ) : null}
    </search>
  );
}
