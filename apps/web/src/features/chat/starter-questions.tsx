"use client";

import { ArrowUp, FileText } from "lucide-react";
import type { TextFile } from "../../ui/read-text-files.ts";
import { useMay } from "../members/use-may.ts";
import { isDemoModel } from "../models/demo-note.tsx";

interface Starter {
  question: string;
  attachments: TextFile[];
}

const NOTES: TextFile = {
  name: "weekly-meeting.md",
  text: `# Weekly meeting, 4 May

Present: Ana, Ben, Chris.

We decided to move the launch to 18 May, because the tests on the old phones are not done.

It was agreed to keep the price at 12 euros until autumn.

Ana will finish the tests by 12 May.

Ben will write the notes for customers by Friday.

Who answers the mails of the first week? Nobody knew.
`,
};

const DECISIONS: Starter = { question: "What was decided, and who does what?", attachments: [NOTES] };
/** What the demonstration model can do by itself: quote and calculate. */
const FOR_DEMO: Starter[] = [
  DECISIONS,
  { question: "How much is 18 percent of 2340?", attachments: [] },
  { question: "What time is it now?", attachments: [] },
];
const FOR_ANY: Starter[] = [
  DECISIONS,
  { question: "Draft a short, friendly mail that moves a meeting to next week.", attachments: [] },
  { question: "Which three tasks of an office would you give to a crew of agents first, and why?", attachments: [] },
];

/** Three first questions that the chosen model can answer; a press sends one. */
export function StarterQuestions({ model, onAsk }: { model: string; onAsk: (question: string, attachments: TextFile[]) => void }) {
  // Whom to ask for the permission stands under the field.
  if (!useMay("conversations:write")) return null;
  return (
    <ul aria-label="Questions to start with" className="mx-auto flex w-full max-w-120 flex-col gap-1.5">
      {(isDemoModel(model) ? FOR_DEMO : FOR_ANY).map(({ question, attachments }) => (
        <li key={question}>
          <button
            type="button"
            onClick={() => onAsk(question, attachments)}
            className="flex min-h-10 w-full items-center gap-3 rounded-md border border-line bg-surface px-3 py-2 text-left text-sm hover:border-line-strong hover:bg-hover"
          >
            <span className="min-w-0 flex-1">{question}</span>
            {attachments.map(({ name }) => (
              <span key={name} className="flex shrink-0 items-center gap-1 text-xs text-faint max-sm:hidden">
                <FileText aria-hidden="true" className="size-3.5" />
                {name}
              </span>
            ))}
            <ArrowUp aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
          </button>
        </li>
      ))}
    </ul>
  );
}
