"use client";

import { useState } from "react";
import { issueWords } from "./issue-words.ts";

interface Issue {
  path: PropertyKey[];
  code?: string;
  message: string;
}

/** What a Zod schema of the contract offers here; the schema comes with the form that is loaded when it opens. */
interface Schema<Output> {
  safeParse(value: unknown): { success: true; data: Output } | { success: false; error: { issues: Issue[] } };
}

/** A form that is held to the contract before it is sent. What was typed stays, whatever happens. */
export function useContractForm<Values extends object, Output>(schema: Schema<Output>, initial: Values) {
  const [values, setValues] = useState(initial);
  const [problems, setProblems] = useState<Record<string, string>>({});
  return {
    values,
    /** By field; a problem of a list's item stands at its list. */
    problems,
    set: (change: Partial<Values>) => setValues((before) => ({ ...before, ...change })),
    /** What may be sent, or `null` with the problems told. */
    check: (given: object = values): Output | null => {
      const parsed = schema.safeParse(given);
      setProblems(parsed.success ? {} : Object.fromEntries(parsed.error.issues.map((one) => [String(one.path[0]), issueWords(one)])));
      return parsed.success ? parsed.data : null;
    },
  };
}
