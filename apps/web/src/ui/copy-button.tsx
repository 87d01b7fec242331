"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "./icon-button.tsx";

export function CopyButton({ text, label = "Copy", className }: { text: string; label?: string; className?: string }) {
  const [state, setState] = useState<"ready" | "done" | "refused">("ready");

  useEffect(() => {
    if (state === "ready") return;
    const timer = setTimeout(() => setState("ready"), 2_000);
    return () => clearTimeout(timer);
  }, [state]);

  // Browsers offer the clipboard only on a secure origin; over plain HTTP from another machine the text must be selected by hand.
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("done");
    } catch {
      setState("refused");
    }
  };

  const word = { ready: label, done: "Copied", refused: "The browser refused: select and copy by hand" }[state];
  return (
    <IconButton
      label={word}
      className={className}
      icon={state === "done" ? <Check className="text-good" /> : <Copy />}
      onClick={() => void copy()}
    />
  );
}
