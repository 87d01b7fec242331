import { FileText } from "lucide-react";
import { classNames } from "../../ui/class-names.ts";

/** What came with a message. */
export function FileNames({ names, className }: { names: readonly string[]; className?: string }) {
  if (names.length === 0) return null;
  return (
    <ul aria-label="Attachments" className={classNames("flex flex-wrap gap-1.5", className)}>
      {names.map((name) => (
        <li key={name} className="flex h-6 max-w-full items-center gap-1.5 rounded-sm bg-surface px-2 text-xs text-muted">
          <FileText aria-hidden="true" className="size-3.5 shrink-0" />
          <span className="truncate">{name}</span>
        </li>
      ))}
    </ul>
  );
}
