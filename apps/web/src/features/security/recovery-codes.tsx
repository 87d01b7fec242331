"use client";

import { Download } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { downloadText } from "../../ui/download-text.ts";
import { ShownOnce } from "../../ui/shown-once.tsx";

/** The one moment at which they can be read. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const text = codes.join("\n");
  return (
    <ShownOnce
      title="Your recovery codes"
      note="Shown this once. Each lets you in once without the phone: keep them where your password is not."
      label="Recovery codes"
      text={text}
      onDone={onDone}
    >
      <Button
        className="self-start"
        icon={<Download className="size-4" />}
        onClick={() => downloadText("recovery-codes.txt", `${text}\n`, "text/plain")}
      >
        Download
      </Button>
    </ShownOnce>
  );
}
