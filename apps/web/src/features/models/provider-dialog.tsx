"use client";

import { ApiError } from "@crew/client/api-error";
import { call } from "@crew/client/call";
import { idempotencyKey } from "@crew/client/idempotency-key";
import { CreateModelProvider, type ModelProvider, type ModelTest } from "@crew/contracts/model-providers";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { modelProviderEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { PROVIDER_KINDS, type ProviderForm, providerBody, startForm } from "./provider-form.ts";
import { TestResult } from "./test-result.tsx";

/** Adds a provider and tests it at once: the test needs it to be there, so a failed one may be corrected or removed. */
export default function ProviderDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [form, setForm] = useState<ProviderForm>(startForm);
  const [added, setAdded] = useState<ModelProvider | null>(null);
  const [test, setTest] = useState<ModelTest | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [issues, setIssues] = useState<Record<string, string>>({});
  const kind = PROVIDER_KINDS[form.kind];
  const set = (change: Partial<ProviderForm>) => setForm({ ...form, ...change });

  const submit = async () => {
    const parsed = CreateModelProvider.safeParse(providerBody(form));
    setIssues(parsed.success ? {} : Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message])));
    if (!parsed.success) return;
    setBusy(true);
    setError(null);
    try {
      const { baseUrl, models, apiKey } = parsed.data;
      const provider =
        added?.id != null
          ? await call(modelProviderEndpoints.update, {
              params: { providerId: added.id },
              body: { baseUrl, models, ...(apiKey ? { apiKey } : {}) },
            })
          : await call(modelProviderEndpoints.create, { body: parsed.data, headers: idempotencyKey() });
      setAdded(provider);
      if (provider.id) setTest(await call(modelProviderEndpoints.test, { params: { providerId: provider.id } }));
    } catch (cause) {
      setError(cause);
      if (cause instanceof ApiError) setIssues(Object.fromEntries(cause.issues.map((issue) => [issue.path, issue.message])));
    }
    void queries.invalidateQueries({ queryKey: ["model-providers"] });
    void queries.invalidateQueries({ queryKey: ["models"] });
    setBusy(false);
  };

  return (
    <Dialog
      open
      onClose={onClose}
      title="Add a model provider"
      actions={
        <>
          <Button onClick={onClose}>{test?.ok ? "Done" : "Cancel"}</Button>
          {test?.ok ? null : (
            <Button type="submit" form="provider-form" variant="primary" busy={isBusy}>
              {added ? "Test again" : "Add and test"}
            </Button>
          )}
        </>
      }
    >
      <form
        id="provider-form"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void submit();
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Kind">
            <Select
              value={form.kind}
              disabled={added !== null}
              onChange={(event) => {
                const next = event.target.value as ProviderForm["kind"];
                set({ kind: next, name: PROVIDER_KINDS[next].name });
              }}
            >
              {Object.entries(PROVIDER_KINDS).map(([value, { label }]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="Name" error={issues.name} hint={`Models are then called ${form.name || "name"}/…`}>
            <Input value={form.name} disabled={added !== null} onChange={(event) => set({ name: event.target.value })} />
          </Field>
        </div>
        <Field label="Address" optional={kind.addressIsOptional} error={issues.baseUrl} hint={kind.addressHint}>
          <Input
            value={form.baseUrl}
            inputMode="url"
            placeholder={kind.placeholder}
            onChange={(event) => set({ baseUrl: event.target.value })}
          />
        </Field>
        <Field
          label="API key"
          optional={kind.keyIsOptional}
          error={issues.apiKey}
          hint="Kept encrypted. It cannot be read again, only replaced."
        >
          <Input
            type="password"
            autoComplete="off"
            value={form.apiKey}
            className="font-mono"
            onChange={(event) => set({ apiKey: event.target.value })}
          />
        </Field>
        <Field label="Models" optional error={issues.models} hint="One a line. Empty: all that the provider lists.">
          <Textarea rows={2} value={form.models} className="font-mono text-sm" onChange={(event) => set({ models: event.target.value })} />
        </Field>
        {error ? (
          <ErrorState
            error={error}
            what={added ? "The test could not be made" : "The provider was not added"}
            kept="What you entered is still here."
          />
        ) : null}
        {test ? <TestResult test={test} /> : null}
      </form>
    </Dialog>
  );
}
