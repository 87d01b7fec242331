"use client";

import { useNow } from "../runs/use-now.ts";
import { deadlineWords } from "./deadline-words.ts";

/** Until when it waits and what follows then; nothing where it waits as long as it must. */
export function DeadlineNote({ asked }: { asked: Parameters<typeof deadlineWords>[0] }) {
  const now = useNow(asked.deadlineAt !== null);
  const words = deadlineWords(asked, now);
  return words === null ? null : <p className="mt-0.5 text-sm text-warn">{words}</p>;
}
