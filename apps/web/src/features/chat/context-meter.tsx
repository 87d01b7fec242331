"use client";

import type { Message } from "@crew/contracts/conversations";
import { Eye } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { ContextBar } from "./context-bar.tsx";
import { contextOf, percentOf } from "./context-part.ts";

const ContextDialog = lazy(() => import("./context-dialog.tsx"));

const buttonLook = "inline-flex h-7 items-center gap-1.5 rounded-md px-1.5 text-xs text-faint hover:bg-hover hover:text-text max-sm:h-10";

/** At the composer: how full the model's context was for the newest answer. */
export function ContextMeter({ messages }: { messages: readonly Message[] }) {
  const [isOpen, setOpen] = useState(false);
  const shown = contextOf(messages.findLast((message) => message.parts.some((part) => part.type === "context")));
  if (!shown) return null;
  const percent = percentOf(shown.context);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)} className={buttonLook}>
        <ContextBar context={shown.context} className="h-1.5 w-16" />
        <span>
          <span className="sr-only">What the model saw: </span>
          {percent}%<span className="max-sm:sr-only"> of its context</span>
        </span>
      </button>
      <Suspense fallback={null}>
        {isOpen ? <ContextDialog title="What the model saw for the newest answer" shown={shown} onClose={() => setOpen(false)} /> : null}
      </Suspense>
    </>
  );
}

/** In an answer's details: what the model was shown for this one. */
export function AnswerContext({ message }: { message: Message }) {
  const [isOpen, setOpen] = useState(false);
  const shown = contextOf(message);
  if (!shown) return null;
  return (
    <>
      <button type="button" onClick={() => setOpen(true)} className={buttonLook}>
        <Eye aria-hidden="true" className="size-3" />
        What the model saw
      </button>
      <Suspense fallback={null}>
        {isOpen ? <ContextDialog title="What the model saw for this answer" shown={shown} onClose={() => setOpen(false)} /> : null}
      </Suspense>
    </>
  );
}
