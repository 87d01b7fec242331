"use client";

import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { Card } from "./card.tsx";
import { Code } from "./code.tsx";

export interface ShownOnceProps {
  title: string;
  note: string;
  /** Names the text for screen readers. */
  label: string;
  text: string;
  onDone: () => void;
  children?: ReactNode;
}

/** The one moment at which something can be read: a key, a secret, a link. */
export function ShownOnce({ title, note, label, text, onDone, children }: ShownOnceProps) {
  return (
    <Card
      title={title}
      note={note}
      className="border-accent"
      actions={
        <Button size="sm" onClick={onDone}>
          I have copied it
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <Code label={label} text={text} wrap />
        {children}
      </div>
    </Card>
  );
}
