"use client";

import type { NewApiKey, RateClass } from "@crew/contracts/api-keys";
import type { Permission } from "@crew/contracts/permissions";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { apiKeyEndpoints } from "../../data/endpoints.ts";
import { meQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { PermissionPicker } from "../roles/permission-picker.tsx";

const DAY_MS = 86_400_000;
const EXPIRIES = [
  { days: 30, label: "in 30 days" },
  { days: 90, label: "in 90 days" },
  { days: 365, label: "in a year" },
  { days: 0, label: "never" },
];
/** What a program that starts runs needs, and no more. */
const USUAL: readonly Permission[] = ["crews:read", "runs:read", "runs:start", "runs:cancel"];

export function NewApiKeyDialog({ open, onClose, onCreated }: { open: boolean; onClose: () => void; onCreated: (key: NewApiKey) => void }) {
  const queries = useQueryClient();
  const mine = useQuery(meQuery).data?.permissions ?? [];
  const [name, setName] = useState("");
  const [days, setDays] = useState(90);
  const [scopes, setScopes] = useState<ReadonlySet<Permission>>(() => new Set(USUAL));
  const [rateClass, setRateClass] = useState<RateClass>("standard");
  const mayHigh = mine.includes("members:write");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const chosen = mine.filter((permission) => scopes.has(permission));

  const create = async () => {
    setBusy(true);
    setError(null);
    try {
      const expiresAt = days === 0 ? null : new Date(Date.now() + days * DAY_MS).toISOString();
      onCreated(await callApi(apiKeyEndpoints.create, { body: { name: name.trim(), scopes: chosen, expiresAt, rateClass } }));
      void queries.invalidateQueries({ queryKey: ["api-keys"] });
      setName("");
      onClose();
    } catch (cause) {
      setError(cause);
    }
    setBusy(false);
  };

  return (
    <Dialog
      open={open}
      onClose={onClose}
      kind="drawer"
      title="New API key"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="api-key-form" variant="primary" busy={isBusy} disabled={name.trim() === "" || chosen.length === 0}>
            Create key
          </Button>
        </>
      }
    >
      <form
        id="api-key-form"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy && name.trim() !== "" && chosen.length > 0) void create();
        }}
      >
        <div className="grid gap-4 sm:grid-cols-[1fr_160px]">
          <Field label="Name" hint="Where it will be used, such as “nightly report”.">
            <Input value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
          </Field>
          <Field label="Expires">
            <Select value={days} onChange={(event) => setDays(Number(event.target.value))}>
              {EXPIRIES.map((expiry) => (
                <option key={expiry.days} value={expiry.days}>
                  {expiry.label}
                </option>
              ))}
            </Select>
          </Field>
        </div>
        <Field label="Requests a minute" hint={mayHigh ? undefined : "“High” is for those who manage members to give."}>
          <Select value={rateClass} onChange={(event) => setRateClass(event.target.value as RateClass)}>
            <option value="low">Low: for one script</option>
            <option value="standard">Standard</option>
            {mayHigh ? <option value="high">High: for a service of many people</option> : null}
          </Select>
        </Field>
        <PermissionPicker legend="It may" offered={mine} chosen={scopes} onChange={setScopes} />
        {error ? <ErrorState error={error} what="The key was not created" /> : null}
      </form>
    </Dialog>
  );
}
