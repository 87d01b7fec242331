"use client";

import type { OAuthRequest } from "@crew/contracts/oauth-grants";
import type { Permission } from "@crew/contracts/permissions";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { oauthGrantEndpoints } from "../../data/endpoints.ts";
import { meQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { permissionWords } from "../roles/permission-words.ts";
import { FormError } from "../sessions/form-error.tsx";

export function ConsentForm({ request }: { request: OAuthRequest }) {
  const open = useQuery(meQuery).data?.workspace.id;
  const first = request.workspaces.find((workspace) => workspace.id === open) ?? request.workspaces[0];
  const [workspaceId, setWorkspaceId] = useState(first?.id ?? "");
  const [taken, setTaken] = useState<ReadonlySet<Permission>>(new Set());
  const offered = request.workspaces.find((workspace) => workspace.id === workspaceId)?.scopes ?? [];
  const scopes = offered.filter((scope) => !taken.has(scope));
  const decide = useMutation({
    mutationFn: (approve: boolean) =>
      callApi(oauthGrantEndpoints.decide, {
        params: { requestId: request.id },
        body: approve ? { approve, workspaceId, scopes } : { approve },
      }),
    onSuccess: ({ redirectTo }) => location.assign(redirectTo),
  });
  const isBusy = decide.isPending || decide.isSuccess;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">
        The answer goes to <strong className="font-mono font-medium break-all text-text">{request.redirectHost}</strong>. Go on only if you
        know it.
        {request.client.isSelfRegistered ? " The app has registered itself: its name is its own claim, nobody has checked it." : ""}
      </p>
      {request.workspaces.length > 1 ? (
        <Field label="In the workspace">
          <Select value={workspaceId} disabled={isBusy} onChange={(event) => setWorkspaceId(event.target.value)}>
            {request.workspaces.map((workspace) => (
              <option key={workspace.id} value={workspace.id}>
                {workspace.name}
              </option>
            ))}
          </Select>
        </Field>
      ) : (
        <p className="text-sm text-muted">
          In the workspace <strong className="font-medium text-text">{first?.name}</strong>.
        </p>
      )}
      <fieldset className="flex flex-col gap-1.5" disabled={isBusy}>
        <legend className="mb-1 text-sm font-medium">It would be able to</legend>
        {offered.map((scope) => (
          <Checkbox
            key={scope}
            label={<span className="text-sm">{permissionWords(scope)}</span>}
            checked={!taken.has(scope)}
            onChange={(event) => {
              const next = new Set(taken);
              if (event.target.checked) next.delete(scope);
              else next.add(scope);
              setTaken(next);
            }}
          />
        ))}
        {offered.length === 0 ? <p className="text-sm text-muted">Nothing: your role here allows none of what it asks for.</p> : null}
      </fieldset>
      {decide.isError ? <FormError text={explainError(decide.error).reason} /> : null}
      <div className="grid grid-cols-2 gap-2">
        <Button
          busy={isBusy && decide.variables === false}
          disabled={isBusy && decide.variables}
          onClick={() => !isBusy && decide.mutate(false)}
        >
          Deny
        </Button>
        <Button
          variant="primary"
          busy={isBusy && decide.variables === true}
          disabled={scopes.length === 0 || (isBusy && decide.variables === false)}
          onClick={() => !isBusy && decide.mutate(true)}
        >
          Allow
        </Button>
      </div>
      <p className="text-xs text-faint">You can take it back at any time, under Settings, Connected apps.</p>
    </div>
  );
}
