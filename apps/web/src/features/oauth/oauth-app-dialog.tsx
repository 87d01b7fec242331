"use client";

import { CreateOAuthClient, type NewOAuthClient, type OAuthClient, UpdateOAuthClient } from "@crew/contracts/oauth-clients";
import type { Permission } from "@crew/contracts/permissions";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { oauthClientEndpoints } from "../../data/endpoints.ts";
import { meQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useContractForm } from "../../ui/use-contract-form.ts";
import { PermissionPicker } from "../roles/permission-picker.tsx";

export interface OauthAppDialogProps {
  app: OAuthClient | null;
  onClose: () => void;
  onCreated: (app: NewOAuthClient) => void;
}

interface Values {
  name: string;
  kind: OAuthClient["kind"];
  redirects: string;
  actsAlone: boolean;
  scopes: Set<Permission>;
}

const USUAL: readonly Permission[] = ["workspace:read", "crews:read", "runs:read", "runs:start"];

/** Registers an app, or changes one. */
export default function OauthAppDialog({ app, onClose, onCreated }: OauthAppDialogProps) {
  const queries = useQueryClient();
  const mine = useQuery(meQuery).data?.permissions ?? [];
  const form = useContractForm<Values, CreateOAuthClient | UpdateOAuthClient>(app ? UpdateOAuthClient : CreateOAuthClient, {
    name: app?.name ?? "",
    kind: app?.kind ?? "confidential",
    redirects: app?.redirectUris.join("\n") ?? "",
    actsAlone: app?.actsAlone ?? false,
    scopes: new Set(app?.scopes ?? USUAL),
  });
  const { values, problems, set } = form;
  const save = useMutation({
    mutationFn: async (body: CreateOAuthClient | UpdateOAuthClient) => {
      if (app) await callApi(oauthClientEndpoints.update, { params: { clientId: app.id }, body: body as UpdateOAuthClient });
      else onCreated(await callApi(oauthClientEndpoints.create, { body: body as CreateOAuthClient }));
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["oauth-clients"] });
      if (app) showToast("The app is changed");
      onClose();
    },
  });
  const submit = () => {
    const body = form.check({
      name: values.name,
      redirectUris: values.redirects.split(/\s+/).filter(Boolean),
      actsAlone: values.actsAlone,
      scopes: [...values.scopes],
      ...(app ? {} : { kind: values.kind }),
    });
    if (body && !save.isPending) save.mutate(body);
  };
  return (
    <Dialog
      open
      kind="drawer"
      onClose={onClose}
      title={app ? `App “${app.name}”` : "New OAuth app"}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="oauth-app-form" variant="primary" busy={save.isPending}>
            {app ? "Save" : "Register"}
          </Button>
        </>
      }
    >
      <form
        id="oauth-app-form"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label="Name" hint="People see it when the app asks them." error={problems.name}>
          <Input maxLength={80} value={values.name} onChange={(event) => set({ name: event.target.value })} />
        </Field>
        {app ? null : (
          <Field label="Kind" hint="A public app runs where no secret can be kept: on a person's machine or in a browser.">
            <Select value={values.kind} onChange={(event) => set({ kind: event.target.value as Values["kind"], actsAlone: false })}>
              <option value="confidential">On a server of its own, with a secret</option>
              <option value="public">Public, without a secret</option>
            </Select>
          </Field>
        )}
        <Field label="Redirect addresses" hint="One a line, at most ten; compared character by character." error={problems.redirectUris}>
          <Textarea
            rows={2}
            spellCheck={false}
            className="font-mono text-sm"
            placeholder="https://app.example.org/callback"
            value={values.redirects}
            onChange={(event) => set({ redirects: event.target.value })}
          />
        </Field>
        {values.kind === "confidential" ? (
          <Checkbox
            label="It may act alone"
            hint="Without a person who allows it: it then acts for you, in this workspace."
            checked={values.actsAlone}
            onChange={(event) => set({ actsAlone: event.target.checked })}
          />
        ) : null}
        <PermissionPicker
          legend="It may ask for at most"
          offered={mine}
          chosen={values.scopes}
          onChange={(scopes) => set({ scopes: new Set(scopes) })}
        />
        {problems.scopes ? (
          <p role="alert" className="text-xs text-bad">
            {problems.scopes}
          </p>
        ) : null}
        {save.isError ? <ErrorState error={save.error} what="The app was not saved" kept="What you typed is kept here." /> : null}
      </form>
    </Dialog>
  );
}
