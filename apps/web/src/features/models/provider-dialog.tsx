"use client";

import { useQuery } from "@tanstack/react-query";
import { installationQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { ContextField } from "./context-field.tsx";
import { LIMITS_HINT, LimitFields } from "./limit-fields.tsx";
import { addressAdvice, PROVIDER_CHOICES, type ProviderChoice } from "./provider-form.ts";
import { TestResult } from "./test-result.tsx";
import { useNewProvider } from "./use-new-provider.ts";

/** Adds a provider and tests it at once: the test needs it to be there, so a failed one may be corrected or removed. */
export default function ProviderDialog({ onClose }: { onClose: () => void }) {
  const { form, set, added, test, isBusy, error, issues, submit, remove } = useNewProvider(onClose);
  const kind = PROVIDER_CHOICES[form.choice];
  const mode = useQuery(installationQuery).data?.mode;
  const advice = mode ? addressAdvice(form.baseUrl, { isEmbedded: mode === "embedded", pageHost: location.hostname }) : null;

  return (
    <Dialog
      open
      onClose={onClose}
      title="Add a model provider"
      actions={
        <>
          {added && !test?.ok ? (
            <Button variant="ghost" onClick={() => void remove()}>
              Remove it
            </Button>
          ) : null}
          <Button onClick={onClose}>{test?.ok ? "Done" : added ? "Keep it for later" : "Cancel"}</Button>
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
              value={form.choice}
              disabled={added !== null}
              onChange={(event) => {
                const choice = event.target.value as ProviderChoice;
                const { name, baseUrl } = PROVIDER_CHOICES[choice];
                set({ choice, name, baseUrl });
              }}
            >
              {Object.entries(PROVIDER_CHOICES).map(([value, { label }]) => (
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
        <Field label="Address" optional={kind.addressIsOptional} error={issues.baseUrl} hint={advice}>
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
        <ContextField value={form.contexts} error={issues.contextTokens} onChange={(contexts) => set({ contexts })} />
        <fieldset className="flex flex-col gap-2">
          <legend className="text-sm font-medium">
            Limits <span className="font-normal text-faint">optional</span>
          </legend>
          <p className="text-xs text-faint">{LIMITS_HINT}</p>
          <LimitFields value={form.limits} issues={issues} onChange={(change) => set({ limits: { ...form.limits, ...change } })} />
        </fieldset>
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
