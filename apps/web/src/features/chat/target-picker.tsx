"use client";

import type { ConversationTarget } from "@crew/contracts/conversations";
import { useQuery } from "@tanstack/react-query";
import { crewPickQuery, crewQuery } from "../../data/crew-queries.ts";
import { classNames } from "../../ui/class-names.ts";
import { Select } from "../../ui/select.tsx";
import { visibleText } from "../../ui/visible-text.ts";
import { MODEL_ALONE } from "./talk-target.ts";

export interface TargetPickerProps {
  value: ConversationTarget;
  /** An agent's id does not say which crew it is of: the one that was chosen last. */
  crewId: string | null;
  onChange: (target: ConversationTarget, crewId: string | null) => void;
  className?: string | undefined;
}

const CLASS = "max-w-60 [&_select]:h-7 [&_select]:text-sm max-sm:[&_select]:h-10";

/** Whom a new conversation is with: the model alone, a crew or one of its agents, or the platform. */
export function TargetPicker({ value, crewId, onChange, className }: TargetPickerProps) {
  const crews = useQuery(crewPickQuery).data?.data ?? [];
  const isOfCrew = value.kind === "crew" || value.kind === "agent";
  const choose = (chosen: string) => {
    if (chosen.startsWith("crew_")) onChange({ kind: "crew", crewId: chosen }, chosen);
    else onChange(chosen === "platform" ? { kind: "platform" } : MODEL_ALONE, null);
  };
  return (
    <>
      <Select
        aria-label="Talk to"
        className={classNames(CLASS, className)}
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
      {isOfCrew && crewId !== null ? <WhoOfCrew crewId={crewId} value={value} onChange={onChange} className={className} /> : null}
    </>
  );
}

function WhoOfCrew({ crewId, value, onChange, className }: Omit<TargetPickerProps, "crewId"> & { crewId: string }) {
  const agents = useQuery(crewQuery(crewId)).data?.agents ?? [];
  return (
    <Select
      aria-label="Who of the crew answers"
      className={classNames(CLASS, className)}
      value={value.kind === "agent" ? value.agentId : ""}
      onChange={({ target: { value: agentId } }) =>
        onChange(agentId === "" ? { kind: "crew", crewId } : { kind: "agent", agentId }, crewId)
      }
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
