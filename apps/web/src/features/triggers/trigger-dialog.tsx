"use client";

import type { Inputs } from "@crew/contracts/crews";
import { CreateTrigger, type NewTrigger, type Trigger, UpdateTrigger } from "@crew/contracts/triggers";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { crewQuery } from "../../data/crew-queries.ts";
import { triggerEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useContractForm } from "../../ui/use-contract-form.ts";
import { CrewChoice } from "../crews/crew-choice.tsx";
import { MappingFields } from "./mapping-fields.tsx";
import { MappingTrial } from "./mapping-trial.tsx";

export interface TriggerDialogProps {
  trigger: Trigger | null;
  onClose: () => void;
  onCreated: (trigger: NewTrigger) => void;
}

/** Makes a trigger, or changes one: which crew, and what of an event it is given. */
export default function TriggerDialog({ trigger, onClose, onCreated }: TriggerDialogProps) {
  const queries = useQueryClient();
  const { values, problems, set, check } = useContractForm<{ name: string; crewId: string }, CreateTrigger | UpdateTrigger>(
    trigger ? UpdateTrigger : CreateTrigger,
    { name: trigger?.name ?? "", crewId: trigger?.crewId ?? "" },
  );
  const [written, setWritten] = useState<Inputs>(trigger?.mapping.inputs ?? {});
  const [attachesPayload, setAttached] = useState(trigger?.mapping.attachesPayload ?? false);
  const crew = useQuery({ ...crewQuery(values.crewId), enabled: values.crewId !== "" });
  const names = crew.data?.placeholders ?? [];
  // A path that says something, to begin with.
  const inputs: Inputs = { ...Object.fromEntries(names.map((name) => [name, `$.data.${name}`])), ...written };
  const save = useMutation({
    mutationFn: async (body: CreateTrigger | UpdateTrigger) => {
      if (trigger) await callApi(triggerEndpoints.update, { params: { triggerId: trigger.id }, body: body as UpdateTrigger });
      else onCreated(await callApi(triggerEndpoints.create, { body: body as CreateTrigger }));
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["triggers"] });
      if (trigger) showToast("The trigger is changed");
      onClose();
    },
  });
  const submit = () => {
    const given = { name: values.name.trim(), mapping: { inputs, attachesPayload }, ...(trigger ? {} : { crewId: values.crewId }) };
    const body = check(given);
    if (body && crew.data && !save.isPending) save.mutate(body);
  };
  return (
    <Dialog
      open
      kind="drawer"
      onClose={onClose}
      title={trigger ? "Change trigger" : "New trigger"}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="trigger-form" variant="primary" busy={save.isPending}>
            {trigger ? "Save" : "Add trigger"}
          </Button>
        </>
      }
    >
      <form
        id="trigger-form"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label="Name" hint="Runs show it as what started them." error={problems.name}>
          <Input maxLength={80} placeholder="New orders" value={values.name} onChange={(event) => set({ name: event.target.value })} />
        </Field>
        <CrewChoice
          chosen={values.crewId}
          fixedName={trigger?.crewName ?? null}
          problem={problems.crewId}
          onChoose={(crewId) => {
            set({ crewId });
            setWritten({});
          }}
        />
        {crew.data ? (
          <>
            <MappingFields names={names} inputs={inputs} problem={problems.mapping} onChange={setWritten} />
            <Checkbox
              label={<span className="text-sm">Give the whole event along, as the document event.json</span>}
              hint="Agents that have the tool read_document can look into it."
              checked={attachesPayload}
              onChange={(event) => setAttached(event.target.checked)}
            />
            <MappingTrial key={values.crewId} mapping={{ inputs, attachesPayload }} />
          </>
        ) : null}
        <p className="text-xs text-faint">
          All that an event brings counts as content from outside: where an agent would act on it, a person is asked.
          {trigger ? " Saving makes the trigger act for you: its runs may do what you may." : ""}
        </p>
        {save.isError ? <ErrorState error={save.error} what="The trigger was not saved" kept="What you entered is kept here." /> : null}
      </form>
    </Dialog>
  );
}
