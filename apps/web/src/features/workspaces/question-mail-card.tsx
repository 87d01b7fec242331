"use client";

import type { Me } from "@crew/contracts/session";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { workspaceEndpoints } from "../../data/endpoints.ts";
import { membersQuery } from "../../data/people-queries.ts";
import { installationQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { showToast } from "../../ui/toast-store.ts";

/** Who gets mail when a run asks a person, with a link that takes the answer. */
export function QuestionMailCard({ me }: { me: Me }) {
  const queries = useQueryClient();
  const sendsMail = useQuery(installationQuery).data?.sendsMail ?? true;
  const mayWrite = me.permissions.includes("workspace:write");
  const [chosen, setChosen] = useState(me.workspace.mailQuestionsTo);
  const save = useMutation({
    mutationFn: () => callApi(workspaceEndpoints.update, { params: { workspaceId: me.workspace.id }, body: { mailQuestionsTo: chosen } }),
    onSuccess: async () => {
      showToast("Kept: who is mailed when a run asks");
      await queries.invalidateQueries({ queryKey: ["me"] });
    },
  });
  const [isNaming, setNaming] = useState((chosen?.length ?? 0) > 0);
  const mode = chosen === null ? "starter" : isNaming ? "named" : "nobody";
  const isSame = JSON.stringify(chosen) === JSON.stringify(me.workspace.mailQuestionsTo);
  const choose = (value: string) => {
    setNaming(value === "named");
    setChosen(value === "starter" ? null : []);
  };
  return (
    <Card
      title="Mail when a run asks"
      note={
        sendsMail
          ? "It holds a link that takes one answer, for a week, with the rights of whom it was sent to. Only proven addresses, and only who may answer."
          : "This installation has no mail server, so nobody is mailed; questions wait under Approvals."
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="To" className="max-w-80">
          <Select value={mode} disabled={!mayWrite} onChange={(event) => choose(event.target.value)}>
            <option value="starter">Whoever started the run</option>
            <option value="named">These members</option>
            <option value="nobody">Nobody</option>
          </Select>
        </Field>
        {mode === "named" ? <Members me={me} chosen={chosen ?? []} isFixed={!mayWrite} onChange={setChosen} /> : null}
        {save.isError ? <ErrorState error={save.error} what="Who is mailed is the same as before" /> : null}
        {mayWrite ? (
          <Button className="self-start" disabled={isSame} busy={save.isPending} onClick={() => save.mutate()}>
            Keep
          </Button>
        ) : null}
      </div>
    </Card>
  );
}

interface MembersProps {
  me: Me;
  chosen: string[];
  isFixed: boolean;
  onChange: (userIds: string[]) => void;
}

function Members({ me, chosen, isFixed, onChange }: MembersProps) {
  const query = useInfiniteQuery(membersQuery(me.workspace.id));
  const members = query.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">Members</legend>
      {members.map((member) => (
        <Checkbox
          key={member.userId}
          label={member.name}
          hint={member.email ?? "has no address"}
          disabled={isFixed || member.email === null}
          checked={chosen.includes(member.userId)}
          onChange={(event) => onChange(event.target.checked ? [...chosen, member.userId] : chosen.filter((id) => id !== member.userId))}
        />
      ))}
      {query.hasNextPage ? (
        <Button size="sm" className="self-start" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          More members
        </Button>
      ) : null}
    </fieldset>
  );
}
