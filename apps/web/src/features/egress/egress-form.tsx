"use client";

import { type EgressRules, UpdateEgressRules } from "@crew/contracts/egress";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { egressEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { hostsOfText, textOfHosts } from "./host-lines.ts";

export default function EgressForm({ rules, mayWrite }: { rules: EgressRules; mayWrite: boolean }) {
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(rules.allow === null);
  const [allow, setAllow] = useState(textOfHosts(rules.allow ?? []));
  const [deny, setDeny] = useState(textOfHosts(rules.deny));
  const [problems, setProblems] = useState<{ allow?: string; deny?: string }>({});
  const save = useMutation({
    mutationFn: (body: UpdateEgressRules) => callApi(egressEndpoints.update, { body }),
    onSuccess: (saved) => {
      queries.setQueryData(["egress-rules"], saved);
      showToast("The rules count from now on");
    },
  });
  const submit = () => {
    const given = { allow: isOpen ? null : hostsOfText(allow), deny: hostsOfText(deny) };
    const parsed = UpdateEgressRules.safeParse(given);
    setProblems(
      parsed.success ? {} : Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), wordsOf(issue, given)])),
    );
    if (parsed.success && !save.isPending) save.mutate(parsed.data);
  };
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Checkbox
        label="Every public host may be reached"
        hint="Addresses inside your own network never, whatever stands here."
        checked={isOpen}
        disabled={!mayWrite}
        onChange={(event) => setOpen(event.target.checked)}
      />
      {isOpen ? null : (
        <Field
          label="Only these"
          hint="One a line: api.example.org, or *.example.org for every name below it. None: nothing may be reached."
          error={problems.allow}
        >
          <Textarea
            readOnly={!mayWrite}
            spellCheck={false}
            className="font-mono text-sm"
            value={allow}
            onChange={(event) => setAllow(event.target.value)}
          />
        </Field>
      )}
      <Field label="Never these" optional hint="They win over the list above and over a person's approval." error={problems.deny}>
        <Textarea
          readOnly={!mayWrite}
          spellCheck={false}
          className="font-mono text-sm"
          value={deny}
          onChange={(event) => setDeny(event.target.value)}
        />
      </Field>
      {save.isError ? <ErrorState error={save.error} what="The rules are the same as before" kept="What you typed is kept here." /> : null}
      {mayWrite ? (
        <Button type="submit" variant="primary" busy={save.isPending} className="self-start">
          Save
        </Button>
      ) : null}
    </form>
  );
}

/** Names the line that is wrong. */
function wordsOf(issue: { path: PropertyKey[]; message: string }, given: { allow: string[] | null; deny: string[] }): string {
  const [list, index] = issue.path;
  if (typeof index !== "number") return "at most 200 hosts";
  return `“${(list === "allow" ? given.allow : given.deny)?.[index]}” ${issue.message}`;
}
