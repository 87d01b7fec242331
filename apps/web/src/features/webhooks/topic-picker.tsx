"use client";

import { Checkbox } from "../../ui/checkbox.tsx";
import { findTopic, TOPIC_GROUPS, type Topic, type TopicGroup } from "./webhook-topics.ts";

export interface TopicPickerProps {
  /** Beginnings of event types. */
  chosen: readonly string[];
  /** May the person see security events, and so have them told? */
  maySeeSecurity: boolean;
  problem: string | undefined;
  onChange: (events: string[]) => void;
}

/** Which events an address is told of. What was set by a program and has no words here can be taken away, not added. */
export function TopicPicker({ chosen, maySeeSecurity, problem, onChange }: TopicPickerProps) {
  const others = chosen.filter((events) => !findTopic(events)).map((events) => ({ events, words: events }));
  const toggle = ({ events }: Topic, isOn: boolean) => onChange(isOn ? [...chosen, events] : chosen.filter((one) => one !== events));
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 text-sm font-medium">It is told of</legend>
      {TOPIC_GROUPS.filter(({ isSecurity }) => !isSecurity || maySeeSecurity).map((group) => (
        <Group key={group.all.events} group={group} chosen={chosen} onChange={onChange} onToggle={toggle} />
      ))}
      {others.map((topic) => (
        <Choice key={topic.events} topic={topic} isOn onToggle={toggle} />
      ))}
      {maySeeSecurity ? null : <p className="text-xs text-faint">Security events are for those who may see them.</p>}
      {problem ? (
        <p role="alert" className="text-xs text-bad">
          {problem}
        </p>
      ) : null}
    </fieldset>
  );
}

interface GroupProps {
  group: TopicGroup;
  chosen: readonly string[];
  onChange: (events: string[]) => void;
  onToggle: (topic: Topic, isOn: boolean) => void;
}

/** All of a kind, or some of it. */
function Group({ group: { all, some }, chosen, onChange, onToggle }: GroupProps) {
  const isAll = chosen.includes(all.events);
  const rest = chosen.filter((events) => !events.startsWith(all.events));
  return (
    <>
      <Choice topic={all} isOn={isAll} onToggle={(_, isOn) => onChange(isOn ? [...rest, all.events] : rest)} />
      {isAll || some.length === 0 ? null : (
        <div className="ml-6 grid gap-1.5 sm:grid-cols-2">
          {some.map((topic) => (
            <Choice key={topic.events} topic={topic} isOn={chosen.includes(topic.events)} onToggle={onToggle} />
          ))}
        </div>
      )}
    </>
  );
}

function Choice({ topic, isOn, onToggle }: { topic: Topic; isOn: boolean; onToggle: (topic: Topic, isOn: boolean) => void }) {
  return (
    <Checkbox
      label={<span className="text-sm break-words">{topic.words}</span>}
      checked={isOn}
      onChange={(event) => onToggle(topic, event.target.checked)}
    />
  );
}
