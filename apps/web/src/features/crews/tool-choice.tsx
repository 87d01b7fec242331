"use client";

import { useQuery } from "@tanstack/react-query";
import { toolsQuery } from "../../data/tools-query.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ToolClassBadge } from "../tools/tool-class.tsx";

export function ToolChoice({
  legend,
  note,
  value,
  onChange,
}: {
  legend: string;
  note?: string;
  value: string[];
  onChange: (tools: string[]) => void;
}) {
  const tools = useQuery(toolsQuery);
  const gone = value.filter((name) => tools.data && !tools.data.some((tool) => tool.name === name));
  const toggle = (name: string, isOn: boolean) => onChange(isOn ? [...value, name] : value.filter((other) => other !== name));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">
        {legend} {note ? <span className="ml-1 text-xs font-normal text-faint">{note}</span> : null}
      </legend>
      {tools.isPending ? <Skeleton className="h-16" /> : null}
      <div className="grid gap-x-6 gap-y-3 md:grid-cols-2">
        {tools.data?.map((tool) => (
          <Checkbox
            key={tool.name}
            checked={value.includes(tool.name)}
            onChange={(event) => toggle(tool.name, event.target.checked)}
            label={
              <span className="inline-flex items-center gap-2">
                <span className="font-mono text-sm">{tool.name}</span>
                <ToolClassBadge value={tool.class} />
              </span>
            }
            hint={<span className="line-clamp-2">{tool.description}</span>}
          />
        ))}
        {gone.map((name) => (
          <Checkbox
            key={name}
            checked
            onChange={() => toggle(name, false)}
            label={<span className="font-mono text-sm">{name}</span>}
            hint="This installation has no such tool."
          />
        ))}
      </div>
    </fieldset>
  );
}
