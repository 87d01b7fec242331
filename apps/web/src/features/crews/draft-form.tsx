"use client";

import type { Issue } from "@crew/contracts/error-codes";
import { type Dispatch, useEffect, useRef } from "react";
import { EMPTY } from "../../ui/issue-words.ts";
import { AgentList } from "./agent-list.tsx";
import { CrewFields } from "./crew-fields.tsx";
import { CrewLimits } from "./crew-limits.tsx";
import { CrewPeople } from "./crew-people.tsx";
import type { CrewDraft, DraftAction } from "./draft-state.ts";
import { ExampleFields } from "./example-fields.tsx";
import { TaskList } from "./task-list.tsx";
import { useOpenRows } from "./use-open-rows.ts";

export interface DraftFormProps {
  draft: CrewDraft;
  problems: Issue[];
  dispatch: Dispatch<DraftAction>;
  /** A field to open and focus; a new object asks again. */
  jumpTo: { path: string } | null;
}

export function DraftForm({ draft, problems, dispatch, jumpTo }: DraftFormProps) {
  const rows = useOpenRows();
  // A fresh row is not scolded for being empty before somebody has tried to save it; the list of problems names it anyway.
  const isSaveTried = jumpTo !== null;
  const shown = isSaveTried ? problems : problems.filter((issue) => issue.message !== EMPTY);
  const find = (issues: Issue[], path: string) => issues.find((issue) => issue.path === path || issue.path.startsWith(`${path}.`))?.message;
  const problem = (path: string) => find(/^(?:agents|tasks)\.\d+$/.test(path) ? problems : shown, path);

  const jump = useRef((_path: string) => {});
  jump.current = (path) => {
    const [list, at] = path.split(".");
    const row = list === "agents" ? draft.agents[Number(at)] : list === "tasks" ? draft.tasks[Number(at)] : undefined;
    if (row && !rows.isOpen(row)) rows.toggle(row);
    // After the row has unfolded.
    requestAnimationFrame(() => focusPath(path));
  };
  // Only a new wish moves the focus, not every keystroke that changes the draft.
  useEffect(() => {
    if (jumpTo) jump.current(jumpTo.path);
  }, [jumpTo]);

  const parts = { draft, rows, problem, dispatch };
  return (
    <>
      <CrewFields draft={draft} problem={problem} dispatch={dispatch} />
      <CrewLimits draft={draft} problem={problem} dispatch={dispatch} />
      <CrewPeople draft={draft} problem={problem} dispatch={dispatch} />
      <AgentList {...parts} />
      <TaskList {...parts} />
      <ExampleFields draft={draft} problem={problem} dispatch={dispatch} />
    </>
  );
}

function focusPath(path: string): void {
  // An issue may lie deeper than a field, such as in one tool of a list.
  for (let at = path; at !== ""; at = at.slice(0, Math.max(at.lastIndexOf("."), 0))) {
    const field = document.querySelector<HTMLElement>(`[data-path="${CSS.escape(at)}"]`);
    if (!field) continue;
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
    return;
  }
}
