import { Badge } from "../../ui/badge.tsx";
import type { Words } from "./backup-words.ts";

/** `isShort`: the sign alone on a phone; its word stays for screen readers. */
export function BackupBadge({ value: { tone, mark, words }, isShort = false }: { value: Words; isShort?: boolean }) {
  return (
    <Badge tone={tone}>
      <span aria-hidden="true">{mark}</span> <span className={isShort ? "max-sm:sr-only" : ""}>{words}</span>
    </Badge>
  );
}
