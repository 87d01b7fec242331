"use client";

import type { Me } from "@crew/contracts/session";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { workspaceEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { WhomToAsk } from "../members/whom-to-ask.tsx";

export function WorkspaceNameCard({ me }: { me: Me }) {
  const queries = useQueryClient();
  const [name, setName] = useState(me.workspace.name);
  const mayWrite = me.permissions.includes("workspace:write");
  const rename = useMutation({
    mutationFn: () => callApi(workspaceEndpoints.update, { params: { workspaceId: me.workspace.id }, body: { name: name.trim() } }),
    onSuccess: async () => {
      showToast("The workspace has a new name");
      await Promise.all([queries.invalidateQueries({ queryKey: ["me"] }), queries.invalidateQueries({ queryKey: ["workspaces"] })]);
    },
  });
  const isSame = name.trim() === me.workspace.name || name.trim() === "";
  return (
    <Card
      title="Workspace"
      note={
        mayWrite ? undefined : (
          <>
            Your role does not change it. <WhomToAsk />
          </>
        )
      }
    >
      <form
        className="flex max-w-100 flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!rename.isPending && !isSame) rename.mutate();
        }}
      >
        <Field label="Name">
          <Input required maxLength={80} readOnly={!mayWrite} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        {rename.isError ? <ErrorState error={rename.error} what="The name is the same as before" /> : null}
        {mayWrite ? (
          <Button type="submit" variant="primary" busy={rename.isPending} disabled={isSame} className="self-start">
            Rename
          </Button>
        ) : null}
      </form>
    </Card>
  );
}
