"use client";

import { idempotencyKey } from "@crew/client/idempotency-key";
import type { CrewSummary } from "@crew/contracts/crews";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { crewEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import { blankCrew, copyOfCrew } from "./crew-input-of.ts";

/** A new crew, blank or as a copy of one that is there, such as the examples of a new workspace. */
export function NewCrewDialog({ open, crews, onClose }: { open: boolean; crews: CrewSummary[]; onClose: () => void }) {
  const queries = useQueryClient();
  const { push } = useNavigate();
  const [name, setName] = useState("");
  const [source, setSource] = useState<string | null>(null);

  const create = useMutation({
    mutationFn: async () => {
      const title = name.trim();
      const body =
        source === null ? blankCrew(title || "New crew") : copyOfCrew(await callApi(crewEndpoints.get, { params: { crewId: source } }));
      return callApi(crewEndpoints.create, { body: title ? { ...body, name: title } : body, headers: idempotencyKey() });
    },
    onSuccess: (crew) => {
      void queries.invalidateQueries({ queryKey: ["crews"] });
      push(`/crews/${crew.id}`);
    },
  });

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="New crew"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="new-crew-form" variant="primary" busy={create.isPending || create.isSuccess}>
            Create crew
          </Button>
        </>
      }
    >
      <form
        id="new-crew-form"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!create.isPending && !create.isSuccess) create.mutate();
        }}
      >
        <Field label="Name">
          <Input maxLength={80} value={name} placeholder="New crew" onChange={(event) => setName(event.target.value)} />
        </Field>
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 text-sm font-medium">Start from</legend>
          <Choice checked={source === null} onChoose={() => setSource(null)} title="Blank" note="One agent, one task: change everything" />
          {crews.map((crew) => (
            <Choice
              key={crew.id}
              checked={source === crew.id}
              onChoose={() => setSource(crew.id)}
              title={crew.name}
              note={crew.description || `${crew.agentCount} agents, ${crew.taskCount} tasks`}
            />
          ))}
        </fieldset>
        {create.error ? <ErrorState error={create.error} what="The crew was not created" /> : null}
      </form>
    </Dialog>
  );
}

interface ChoiceProps {
  checked: boolean;
  onChoose: () => void;
  title: string;
  note: string;
}

function Choice({ checked, onChoose, title, note }: ChoiceProps) {
  return (
    <label
      className={classNames(
        "flex cursor-pointer items-start gap-2.5 rounded-md border border-line px-3 py-2 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent",
        checked && "border-accent bg-accent-soft",
      )}
    >
      <input type="radio" name="crew-source" checked={checked} onChange={onChoose} className="mt-0.5 size-4 shrink-0 accent-accent" />
      <span className="min-w-0">
        <span className="block truncate font-medium">{title}</span>
        <span className="line-clamp-2 text-xs text-faint">{note}</span>
      </span>
    </label>
  );
}
