"use client";

import type { CrewInput } from "@crew/contracts/crews";
import type { Issue } from "@crew/contracts/error-codes";
import { placeOfProblem } from "./draft-problems.ts";

/** What stands between the draft and a save; each leads to its field. */
export function ProblemList({ crew, problems, onJump }: { crew: CrewInput; problems: Issue[]; onJump: (path: string) => void }) {
  if (problems.length === 0) return null;
  return (
    <section aria-label="Problems" className="rounded-lg border border-line bg-surface">
      <h2 className="border-b border-line px-4 py-2 text-sm font-medium" aria-live="polite">
        <span aria-hidden="true" className="mr-1.5 text-bad">
          ✕
        </span>
        {problems.length === 1 ? "1 problem" : `${problems.length} problems`} to solve before saving
      </h2>
      <ul className="max-h-44 overflow-y-auto py-1">
        {problems.map((problem) => (
          <li key={problem.path + problem.message}>
            <button
              type="button"
              onClick={() => onJump(problem.path)}
              className="flex w-full flex-wrap gap-x-2 px-4 py-1 text-left text-sm -outline-offset-2 hover:bg-hover"
            >
              <span className="font-medium">{placeOfProblem(crew, problem.path)}</span>
              <span className="text-muted">{problem.message}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
