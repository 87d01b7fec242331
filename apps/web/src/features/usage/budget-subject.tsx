"use client";

import type { BudgetScope } from "@crew/contracts/budgets";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { apiKeysQuery } from "../../data/api-keys-query.ts";
import { crewPickQuery } from "../../data/crew-queries.ts";
import { membersQuery } from "../../data/people-queries.ts";
import { meQuery } from "../../data/session-queries.ts";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";

interface BudgetSubjectProps {
  scope: BudgetScope;
  value: string | null;
  problem: string | undefined;
  isNew: boolean;
  onChange: (subjectId: string | null) => void;
}

const EACH: Partial<Record<BudgetScope, string>> = {
  crew: "Each crew for itself",
  api_key: "Each key for itself",
  user: "Each person for themselves",
};

/** One of them, or each for itself. */
export function BudgetSubject({ scope, value, problem, isNew, onChange }: BudgetSubjectProps) {
  const offered = useSubjects(scope);
  const each = EACH[scope];
  return (
    <Field label="Which" error={problem}>
      <Select value={value ?? ""} disabled={!isNew || each === undefined} onChange={(event) => onChange(event.target.value || null)}>
        <option value="">{each ?? (scope === "run" ? "Every run" : "All of it")}</option>
        {value !== null && !offered.some(({ id }) => id === value) ? <option value={value}>The one it was set for</option> : null}
        {offered.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
    </Field>
  );
}

function useSubjects(scope: BudgetScope): { id: string; name: string }[] {
  const workspaceId = useQuery(meQuery).data?.workspace.id ?? "";
  const crews = useQuery({ ...crewPickQuery, enabled: scope === "crew" });
  const keys = useInfiniteQuery({ ...apiKeysQuery("all"), enabled: scope === "api_key" });
  const members = useInfiniteQuery({ ...membersQuery(workspaceId), enabled: scope === "user" && workspaceId !== "" });
  if (scope === "crew") return crews.data?.data ?? [];
  if (scope === "api_key") return keys.data?.pages.flatMap((page) => page.data) ?? [];
  if (scope === "user") return members.data?.pages.flatMap((page) => page.data.map(({ userId, name }) => ({ id: userId, name }))) ?? [];
  return [];
}
