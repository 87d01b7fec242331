import { classNames } from "../../ui/class-names.ts";
import type { ContextPart } from "./context-part.ts";

export const SHARES = [
  { key: "instructions", label: "Instructions and tools", tone: "bg-faint" },
  { key: "facts", label: "Pinned facts", tone: "bg-good" },
  { key: "summary", label: "Summary of older messages", tone: "bg-warn" },
  { key: "messages", label: "Messages", tone: "bg-accent" },
  { key: "files", label: "From files", tone: "bg-bad" },
] as const;

/** The shares side by side; the words beside it say the same. */
export function ContextBar({ context, className }: { context: ContextPart; className?: string }) {
  return (
    <span aria-hidden="true" className={classNames("flex w-full overflow-hidden rounded-sm bg-hover", className)}>
      {SHARES.map(({ key, tone }) => (
        <span key={key} className={classNames("block h-full", tone)} style={{ width: `${(context[key] / context.budget) * 100}%` }} />
      ))}
    </span>
  );
}
