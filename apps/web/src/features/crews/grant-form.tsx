"use client";

import type { CrewGrant, CrewPermission } from "@crew/contracts/crew-grants";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { membersQuery } from "../../data/people-queries.ts";
import { meQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";

export const CREW_PERMISSION_WORDS: Record<CrewPermission, string> = {
  run: "run it",
  edit: "change it",
  see_traces: "see its runs in full",
  approve: "answer what its runs ask",
};
const ALL = Object.keys(CREW_PERMISSION_WORDS) as CrewPermission[];

export interface GrantFormProps {
  grants: readonly CrewGrant[];
  busy: boolean;
  error: unknown;
  onGrant: (userId: string, permissions: CrewPermission[]) => void;
}

/** Chooses a member and what they may do; who has a grant already starts from it. */
export function GrantForm({ grants, busy, error, onGrant }: GrantFormProps) {
  const workspaceId = useQuery(meQuery).data?.workspace.id ?? "";
  const members = useInfiniteQuery({ ...membersQuery(workspaceId), enabled: workspaceId !== "" });
  const [userId, setUserId] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<CrewPermission>>(new Set(["run"]));
  const choose = (id: string) => {
    setUserId(id);
    const has = grants.find((grant) => grant.userId === id);
    if (has) setChosen(new Set(has.permissions));
  };
  const permissions = ALL.filter((permission) => chosen.has(permission));
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && userId !== "" && permissions.length > 0) onGrant(userId, permissions);
      }}
    >
      <Field label="Member">
        <Select value={userId} onChange={(event) => choose(event.target.value)}>
          <option value="">Choose a member</option>
          {members.data?.pages
            .flatMap((page) => page.data)
            .map((member) => (
              <option key={member.userId} value={member.userId}>
                {member.name} ({member.customRoleName ?? member.role})
              </option>
            ))}
        </Select>
      </Field>
      {members.hasNextPage ? (
        <Button size="sm" busy={members.isFetchingNextPage} className="self-start" onClick={() => void members.fetchNextPage()}>
          Show more members
        </Button>
      ) : null}
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 text-sm font-medium">May also</legend>
        {ALL.map((permission) => (
          <Checkbox
            key={permission}
            label={<span className="text-sm">{CREW_PERMISSION_WORDS[permission]}</span>}
            checked={chosen.has(permission)}
            onChange={(event) => {
              const next = new Set(chosen);
              if (event.target.checked) next.add(permission);
              else next.delete(permission);
              setChosen(next);
            }}
          />
        ))}
      </fieldset>
      {error ? <ErrorState error={error} what="Nothing was granted" /> : null}
      <Button type="submit" variant="primary" busy={busy} disabled={userId === "" || permissions.length === 0} className="self-start">
        Grant
      </Button>
    </form>
  );
}
