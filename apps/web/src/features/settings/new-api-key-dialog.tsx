"use client";

import { call } from "@crew/client/call";
import type { NewApiKey } from "@crew/contracts/api-keys";
import type { Permission } from "@crew/contracts/permissions";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { apiKeyEndpoints } from "../../data/endpoints.ts";
import { meQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";

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
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const chosen = mine.filter((permission) => scopes.has(permission));

  const create = async () => {
    setBusy(true);
    setError(null);
    try {
      const expiresAt = days === 0 ? null : new Date(Date.now() + days * DAY_MS).toISOString();
      onCreated(await call(apiKeyEndpoints.create, { body: { name: name.trim(), scopes: chosen, expiresAt } }));
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
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-2 text-sm font-medium">It may</legend>
          <div className="grid gap-2 sm:grid-cols-2">
            {mine.map((permission) => (
              <Checkbox
                key={permission}
                label={<code className="font-mono text-xs">{permission}</code>}
                checked={scopes.has(permission)}
                onChange={(event) => {
                  const next = new Set(scopes);
                  if (event.target.checked) next.add(permission);
                  else next.delete(permission);
                  setScopes(next);
                }}
              />
            ))}
          </div>
        </fieldset>
        {error ? <ErrorState error={error} what="The key was not created" /> : null}
      </form>
    </Dialog>
  );
}
