"use client";

import { useState } from "react";
import { Input } from "../../ui/input.tsx";
import { Textarea } from "../../ui/textarea.tsx";

/** What fits into one line of the form's narrowest column. */
const ONE_LINE = 36;

/** A name or a figure is written into one line; a text, or what is pasted with line ends, into a box that grows. */
export function PlaceholderValue({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [isPasted, setPasted] = useState(false);
  // Decided by what the field starts with: a field that changes under the hands of who types would lose the focus.
  const [isText] = useState(() => value.length > ONE_LINE || value.includes("\n"));
  if (isText || isPasted) {
    return (
      <Textarea
        rows={1}
        className="min-h-8 resize-none"
        value={value}
        autoFocus={isPasted}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  return (
    <Input
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onPaste={(event) => {
        const text = event.clipboardData.getData("text");
        if (!text.trim().includes("\n")) return;
        event.preventDefault();
        const { selectionStart, selectionEnd } = event.currentTarget;
        onChange(value.slice(0, selectionStart ?? value.length) + text + value.slice(selectionEnd ?? value.length));
        setPasted(true);
      }}
    />
  );
}
