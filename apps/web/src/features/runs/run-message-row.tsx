import type { RunMessage } from "@crew/contracts/run-messages";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { seenWords } from "./run-words.ts";

export function RunMessageRow({ message, hasEnded }: { message: RunMessage; hasEnded: boolean }) {
  return (
    <li className="flex min-w-0 flex-col gap-0.5 py-2 first:pt-0">
      <p className="flex flex-wrap items-baseline gap-x-2 text-xs text-faint">
        <span className="font-medium text-muted">{message.by}</span>
        <RelativeTime at={message.createdAt} />
      </p>
      <p className="break-words whitespace-pre-wrap">{message.text}</p>
      <p className="text-xs text-muted">
        {message.understood} {seenWords(message, hasEnded)}
      </p>
    </li>
  );
}
