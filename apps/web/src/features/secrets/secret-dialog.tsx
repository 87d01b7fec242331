"use client";

import { CreateSecret, type Secret, UpdateSecret } from "@crew/contracts/secrets";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { secretEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useContractForm } from "../../ui/use-contract-form.ts";
import { hostsOfText, textOfHosts } from "../egress/host-lines.ts";

interface Values {
  name: string;
  value: string;
  description: string;
  hosts: string;
}

/** Sets a secret, or gives one another value. An empty value leaves the one that is there. */
export default function SecretDialog({ secret, onClose }: { secret: Secret | null; onClose: () => void }) {
  const queries = useQueryClient();
  const initial: Values = {
    name: secret?.name ?? "",
    value: "",
    description: secret?.description ?? "",
    hosts: textOfHosts(secret?.hosts ?? []),
  };
  const form = useContractForm<Values, CreateSecret | UpdateSecret>(secret ? UpdateSecret : CreateSecret, initial);
  const save = useMutation({
    mutationFn: (body: CreateSecret | UpdateSecret) =>
      secret
        ? callApi(secretEndpoints.update, { params: { secretId: secret.id }, body: body as UpdateSecret })
        : callApi(secretEndpoints.create, { body: body as CreateSecret }),
    onSuccess: (saved) => {
      void queries.invalidateQueries({ queryKey: ["secrets"] });
      showToast(`${saved.name} is kept`);
      onClose();
    },
  });
  const submit = () => {
    const { name, value, description } = form.values;
    const hosts = hostsOfText(form.values.hosts);
    const body = form.check(
      secret ? { description, hosts, ...(value === "" ? {} : { value }) } : { name: name.trim(), value, description, hosts },
    );
    if (body && !save.isPending) save.mutate(body);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={secret ? `Change ${secret.name}` : "New secret"}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="secret-form" variant="primary" busy={save.isPending}>
            Keep
          </Button>
        </>
      }
    >
      <form
        id="secret-form"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {secret ? null : (
          <Field label="Name" hint="Capital letters, digits and underscores, such as SEARCH_API_KEY." error={form.problems.name}>
            <Input
              maxLength={64}
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
              value={form.values.name}
              onChange={(event) => form.set({ name: event.target.value.toUpperCase() })}
            />
          </Field>
        )}
        <Field
          label={secret ? "New value" : "Value"}
          optional={secret !== null}
          hint={secret ? "Empty: the value stays as it is." : "It cannot be read again after this."}
          error={form.problems.value}
        >
          <Textarea
            rows={2}
            autoComplete="off"
            spellCheck={false}
            className="font-mono text-sm"
            value={form.values.value}
            onChange={(event) => form.set({ value: event.target.value })}
          />
        </Field>
        <Field
          label="Hosts that it may be sent to"
          optional
          hint={
            secret
              ? "One a line. A host that is new here needs the value again."
              : "One a line, such as api.example.org. None: tools of agents send it nowhere."
          }
          error={form.problems.hosts}
        >
          <Textarea
            rows={2}
            spellCheck={false}
            className="font-mono text-sm"
            value={form.values.hosts}
            onChange={(event) => form.set({ hosts: event.target.value })}
          />
        </Field>
        <Field label="What it is for" optional error={form.problems.description}>
          <Input maxLength={500} value={form.values.description} onChange={(event) => form.set({ description: event.target.value })} />
        </Field>
        {save.isError ? <ErrorState error={save.error} what="The secret was not kept" kept="What you typed is kept here." /> : null}
      </form>
    </Dialog>
  );
}
