"use client";

import { Checkbox } from "../../ui/checkbox.tsx";
import { ALERT_TOPICS } from "../security-events/security-words.ts";

const [ALL, ...SOME] = ALERT_TOPICS;

export interface TopicPickerProps {
  /** Beginnings of event types. */
  chosen: readonly string[];
  problem: string | undefined;
  onChange: (events: string[]) => void;
}

/** Which events an address is told of. What was set by a program and has no words here can be taken away, not added. */
export function TopicPicker({ chosen, problem, onChange }: TopicPickerProps) {
  const isAll = ALL !== undefined && chosen.includes(ALL.events);
  const others = chosen
    .filter((events) => !ALERT_TOPICS.some((topic) => topic.events === events))
    .map((events) => ({ events, words: events }));
  const toggle = (events: string, isOn: boolean) => onChange(isOn ? [...chosen, events] : chosen.filter((one) => one !== events));
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 text-sm font-medium">It is told of</legend>
      {ALL ? (
        <Checkbox
          label={<span className="text-sm">{ALL.words}</span>}
          checked={isAll}
          onChange={(event) => onChange(event.target.checked ? [ALL.events] : [])}
        />
      ) : null}
      {isAll ? null : (
        <div className="ml-6 flex flex-col gap-1.5">
          {[...SOME, ...others].map(({ events, words }) => (
            <Checkbox
              key={events}
              label={<span className="text-sm break-words">{words}</span>}
              checked={chosen.includes(events)}
              onChange={(event) => toggle(events, event.target.checked)}
            />
          ))}
        </div>
      )}
      {problem ? (
        <p role="alert" className="text-xs text-bad">
          {problem}
        </p>
      ) : null}
    </fieldset>
  );
}
