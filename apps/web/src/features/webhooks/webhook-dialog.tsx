"use client";

import type { SecuritySeverity } from "@crew/contracts/security-events";
import { CreateWebhook, type NewWebhook, UpdateWebhook, type Webhook } from "@crew/contracts/webhooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { webhookEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useContractForm } from "../../ui/use-contract-form.ts";
import { useMay } from "../members/use-may.ts";
import { TopicPicker } from "./topic-picker.tsx";
import { isAboutSecurity } from "./webhook-topics.ts";
import { LEAST_SEVERITY_WORDS } from "./webhook-words.ts";

export interface WebhookDialogProps {
  webhook: Webhook | null;
  onClose: () => void;
  onCreated: (webhook: NewWebhook) => void;
}

interface Values {
  url: string;
  events: readonly string[];
  minSeverity: SecuritySeverity;
}

const SEVERITIES = Object.keys(LEAST_SEVERITY_WORDS) as SecuritySeverity[];

/** Adds an address that is told what happens, or changes what it is told. */
export default function WebhookDialog({ webhook, onClose, onCreated }: WebhookDialogProps) {
  const queries = useQueryClient();
  const maySeeSecurity = useMay("security:read");
  const { values, problems, set, check } = useContractForm<Values, CreateWebhook | UpdateWebhook>(webhook ? UpdateWebhook : CreateWebhook, {
    url: webhook?.url ?? "",
    events: webhook?.events ?? ["run."],
    minSeverity: webhook?.minSeverity ?? "warning",
  });
  const save = useMutation({
    mutationFn: async (body: CreateWebhook | UpdateWebhook) => {
      if (webhook) await callApi(webhookEndpoints.update, { params: { webhookId: webhook.id }, body: body as UpdateWebhook });
      else onCreated(await callApi(webhookEndpoints.create, { body: body as CreateWebhook }));
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["webhooks"] });
      if (webhook) showToast("The webhook is changed");
      onClose();
    },
  });
  const submit = () => {
    const body = check({ ...values, url: values.url.trim() });
    if (body && !save.isPending) save.mutate(body);
  };
  return (
    <Dialog
      open
      kind="drawer"
      onClose={onClose}
      title={webhook ? "Change webhook" : "New webhook"}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="webhook-form" variant="primary" busy={save.isPending}>
            {webhook ? "Save" : "Add"}
          </Button>
        </>
      }
    >
      <form
        id="webhook-form"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label="Address" hint="It is sent a POST for each event. Redirects are not followed." error={problems.url}>
          <Input
            type="url"
            inputMode="url"
            maxLength={500}
            autoComplete="off"
            spellCheck={false}
            placeholder="https://hooks.example.org/crews"
            value={values.url}
            onChange={(event) => set({ url: event.target.value })}
          />
        </Field>
        <TopicPicker
          chosen={values.events}
          maySeeSecurity={maySeeSecurity}
          problem={problems.events}
          onChange={(events) => set({ events })}
        />
        {isAboutSecurity(values.events) ? (
          <Field label="Security events, how severe at least" error={problems.minSeverity}>
            <Select value={values.minSeverity} onChange={(event) => set({ minSeverity: event.target.value as SecuritySeverity })}>
              {SEVERITIES.map((severity) => (
                <option key={severity} value={severity}>
                  {LEAST_SEVERITY_WORDS[severity]}
                </option>
              ))}
            </Select>
          </Field>
        ) : null}
        {save.isError ? <ErrorState error={save.error} what="The webhook was not saved" kept="What you typed is kept here." /> : null}
      </form>
    </Dialog>
  );
}
