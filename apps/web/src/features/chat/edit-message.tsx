"use client";

import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { FileNames } from "./file-names.tsx";

const MAX_CONTENT = 100_000;

export interface EditMessageProps {
  content: string;
  /** Names of what came with it: they go along, unless they are removed. */
  files: string[];
  onSend: (content: string, files: string[]) => void;
  onCancel: () => void;
}

/** The message as it is sent anew; the old one stays as a version beside it. */
export function EditMessage({ content, files, onSend, onCancel }: EditMessageProps) {
  const [text, setText] = useState(content);
  const [kept, setKept] = useState(files);
  const canSend = text.trim() !== "" && text.length <= MAX_CONTENT;
  return (
    <form
      aria-label="Edit the message"
      onSubmit={(event) => {
        event.preventDefault();
        if (canSend) onSend(text.trim(), kept);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onCancel();
        if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || !(event.target instanceof HTMLTextAreaElement))
          return;
        event.preventDefault();
        event.currentTarget.requestSubmit();
      }}
      className="flex flex-col gap-2"
    >
      <Textarea aria-label="Your message" autoFocus value={text} onChange={(event) => setText(event.target.value)} />
      {files.length > 0 ? (
        <div className="flex min-w-0 flex-wrap items-center gap-2">
          <FileNames names={kept} className="[&>li]:bg-pressed/60" />
          <Button size="sm" onClick={() => setKept(kept.length > 0 ? [] : files)}>
            {kept.length > 0 ? `Send without ${files.length === 1 ? "the file" : "the files"}` : "Take the files along after all"}
          </Button>
        </div>
      ) : null}
      {text.length > MAX_CONTENT ? (
        <p role="alert" className="text-xs text-bad">
          Too long: attach it as a text file instead.
        </p>
      ) : null}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p className="min-w-0 flex-1 text-xs text-muted">The first version and what followed it stay, beside this one.</p>
        <Button size="sm" variant="ghost" onClick={onCancel}>
          Cancel
        </Button>
        <Button size="sm" type="submit" variant="primary" disabled={!canSend}>
          Send again
        </Button>
      </div>
    </form>
  );
}
