"use client";

import { MAX_EDITED_CHARACTERS } from "@crew/contracts/approval-limits";
import type { DecideApproval } from "@crew/contracts/approvals";
import { useEffect, useRef, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { type AskedApproval, approvalWords } from "./approval-words.ts";

export interface ApprovalEditorProps {
  approval: AskedApproval;
  busy: boolean;
  /** What the server says is wrong with the text. */
  error?: string | undefined;
  onSend: (edited: Pick<DecideApproval, "output" | "arguments">) => void;
  onClose: () => void;
}

/** The draft as text, or the arguments of a call as JSON, to be changed by hand. */
export function ApprovalEditor({ approval, busy, error, onSend, onClose }: ApprovalEditorProps) {
  const { edit } = approvalWords(approval);
  const isCall = approval.kind === "tool_call";
  const [text, setText] = useState(() => (isCall ? JSON.stringify(approval.call?.arguments ?? {}, null, 2) : approval.output));
  const [fault, setFault] = useState<string>();
  const field = useRef<HTMLTextAreaElement>(null);
  // It opens by a press on a button, and this is where one goes on.
  useEffect(() => field.current?.focus(), []);
  const send = () => {
    if (isCall) {
      const parsed = objectOf(text);
      setFault(parsed ? undefined : "This is not a JSON object.");
      if (parsed) onSend({ arguments: parsed });
    } else {
      setFault(text.trim() === "" ? "Write the text that takes the draft's place." : undefined);
      if (text.trim() !== "") onSend({ output: text });
    }
  };
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Field label={edit?.label} hint={edit?.hint} error={fault ?? error}>
        <Textarea
          ref={field}
          rows={8}
          maxLength={MAX_EDITED_CHARACTERS}
          value={text}
          spellCheck={!isCall}
          className={isCall ? "font-mono text-sm" : undefined}
          onChange={(event) => setText(event.target.value)}
          disabled={busy}
        />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" busy={busy} onClick={send}>
          {edit?.send}
        </Button>
        <Button disabled={busy} onClick={onClose}>
          Back to the other answers
        </Button>
      </div>
    </div>
  );
}

function objectOf(text: string): NonNullable<DecideApproval["arguments"]> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as NonNullable<DecideApproval["arguments"]>)
      : null;
  } catch {
    return null;
  }
}
