"use client";

import type { ConversationTarget } from "@crew/contracts/conversations";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { crewPickQuery, crewQuery } from "../../data/crew-queries.ts";
import { Select } from "../../ui/select.tsx";
import { visibleText } from "../../ui/visible-text.ts";
import { MODEL_ALONE } from "./talk-target.ts";

export interface TargetPickerProps {
  value: ConversationTarget;
  onChange: (target: ConversationTarget) => void;
}

const CLASS = "max-w-60 [&_select]:h-7 [&_select]:text-sm max-sm:[&_select]:h-10";

/** Whom a new conversation is with: the model alone, a crew or one of its agents, or the platform. */
export function TargetPicker({ value, onChange }: TargetPickerProps) {
  const crews = useQuery(crewPickQuery).data?.data ?? [];
  // An agent's id does not say which crew it is of: the one that was chosen last.
  const [crewId, setCrewId] = useState(value.kind === "crew" ? value.crewId : null);
  const isOfCrew = value.kind === "crew" || value.kind === "agent";
  const choose = (chosen: string) => {
    setCrewId(chosen.startsWith("crew_") ? chosen : null);
    if (chosen.startsWith("crew_")) onChange({ kind: "crew", crewId: chosen });
    else onChange(chosen === "platform" ? { kind: "platform" } : MODEL_ALONE);
  };
  return (
    <>
      <Select
        aria-label="Talk to"
        className={CLASS}
        value={isOfCrew ? (crewId ?? "") : value.kind}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="model">The model</option>
        <option value="platform">The platform</option>
        {isOfCrew && !crews.some(({ id }) => id === crewId) ? <option value={crewId ?? ""}>This crew</option> : null}
        {crews.length > 0 ? (
          <optgroup label="Crews">
            {crews.map(({ id, name }) => (
              <option key={id} value={id}>
                {visibleText(name)}
              </option>
            ))}
          </optgroup>
        ) : null}
      </Select>
      {isOfCrew && crewId !== null ? <WhoOfCrew crewId={crewId} value={value} onChange={onChange} /> : null}
    </>
  );
}

function WhoOfCrew({ crewId, value, onChange }: TargetPickerProps & { crewId: string }) {
  const agents = useQuery(crewQuery(crewId)).data?.agents ?? [];
  return (
    <Select
      aria-label="Who of the crew answers"
      className={CLASS}
      value={value.kind === "agent" ? value.agentId : ""}
      onChange={({ target: { value: agentId } }) => onChange(agentId === "" ? { kind: "crew", crewId } : { kind: "agent", agentId })}
    >
      <option value="">The crew</option>
      {agents.map(({ id, role }) => (
        <option key={id} value={id}>
          {visibleText(role)}
        </option>
      ))}
    </Select>
  );
}
