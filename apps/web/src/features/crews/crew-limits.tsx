"use client";

import type { Permission } from "@crew/contracts/permissions";
import { useQuery } from "@tanstack/react-query";
import { type Dispatch, useState } from "react";
import { meQuery } from "../../data/session-queries.ts";
import { Card } from "../../ui/card.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { hostsOfText, textOfHosts } from "../egress/host-lines.ts";
import { PermissionPicker } from "../roles/permission-picker.tsx";
import type { CrewDraft, DraftAction } from "./draft-state.ts";
import { SecondsField } from "./seconds-field.tsx";

export interface CrewLimitsProps {
  draft: CrewDraft;
  problem: (path: string) => string | undefined;
  dispatch: Dispatch<DraftAction>;
}

/** How far the crew's agents reach: hosts, rights, what they remember, and whether what they read is confidential. */
export function CrewLimits({ draft, problem, dispatch }: CrewLimitsProps) {
  const mine = useQuery(meQuery).data?.permissions ?? [];
  const change = (
    values: Partial<Pick<CrewDraft, "egressHosts" | "scopes" | "privateData" | "memory" | "toolCache" | "maxExecutionSeconds">>,
  ) => dispatch({ type: "crew", change: values });
  // What is being typed may end in a half host or an empty line, which the list of hosts cannot hold.
  const [typed, setTyped] = useState({ text: textOfHosts(draft.egressHosts), hosts: draft.egressHosts });
  const text = sameHosts(typed.hosts, draft.egressHosts) ? typed.text : textOfHosts(draft.egressHosts);
  const offered = [...new Set<Permission>([...mine, ...(draft.scopes ?? [])])];
  return (
    <Card title="Limits" note="What its agents may reach, at most.">
      <div className="flex flex-col gap-4">
        <SecondsField
          label="Seconds that a run may take"
          hint="Waits included; a run that is not done by then ends. Empty: the workspace's limit."
          path="maxExecutionSeconds"
          value={draft.maxExecutionSeconds}
          error={problem("maxExecutionSeconds")}
          onChange={(maxExecutionSeconds) => change({ maxExecutionSeconds })}
        />
        <Field
          label="Hosts that it may send to"
          optional
          hint="One a line: api.example.org, *.example.org, or * for every public host. Once it has read content from outside, any other needs a person's approval."
          error={problem("egressHosts")}
        >
          <Textarea
            data-path="egressHosts"
            rows={2}
            spellCheck={false}
            className="font-mono text-sm"
            value={text}
            onChange={(event) => {
              const hosts = hostsOfText(event.target.value);
              setTyped({ text: event.target.value, hosts });
              change({ egressHosts: hosts });
            }}
          />
        </Field>
        <Checkbox
          data-path="privateData"
          label="Its inputs are confidential"
          hint="Also where no tool of its reads anything of that kind. Crews that mix this with outside content and open hosts need an admin's word."
          checked={draft.privateData}
          onChange={(event) => change({ privateData: event.target.checked })}
        />
        <Checkbox
          data-path="memory"
          label="It remembers what its tasks said"
          hint="Later runs of this crew are given what fits their tasks, whoever starts them. What was made from outside content stays marked as such."
          checked={draft.memory}
          onChange={(event) => change({ memory: event.target.checked })}
        />
        <Checkbox
          data-path="toolCache"
          label="It is answered from what a reading tool said before"
          hint="For ten minutes, when the same tool is asked the same: pages and MCP tools that only read. Saves time and calls; not for what changes by the minute."
          checked={draft.toolCache}
          onChange={(event) => change({ toolCache: event.target.checked })}
        />
        <Checkbox
          data-path="scopes"
          label="It may use all rights of whoever starts it"
          checked={draft.scopes === null}
          onChange={(event) => change({ scopes: event.target.checked ? null : ["crews:read", "runs:read"] })}
        />
        {draft.scopes === null ? null : (
          <PermissionPicker
            legend="It may at most"
            offered={offered}
            chosen={new Set(draft.scopes)}
            onChange={(scopes) => change({ scopes: [...scopes] })}
          />
        )}
      </div>
    </Card>
  );
}

function sameHosts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((host, index) => host === other[index]);
}
