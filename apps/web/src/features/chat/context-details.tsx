import { classNames } from "../../ui/class-names.ts";
import { formatCount, formatPlural } from "../../ui/format-figures.ts";
import { Markdown } from "../../ui/markdown.tsx";
import { type ContextPart, percentOf, type SummaryPart, tokensOf } from "./context-part.ts";

const SHARES = [
  { key: "instructions", label: "Instructions and tools", tone: "bg-faint" },
  { key: "facts", label: "Pinned facts", tone: "bg-good" },
  { key: "summary", label: "Summary of older messages", tone: "bg-warn" },
  { key: "messages", label: "Messages", tone: "bg-accent" },
  { key: "files", label: "From files", tone: "bg-bad" },
] as const;

/** What a model was shown for one answer, share by share; the summary opens. */
export function ContextDetails({ context, summary }: { context: ContextPart; summary: SummaryPart | null }) {
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">
        {formatCount(tokensOf(context))} of {formatCount(context.budget)} tokens, {percentOf(context)}%. Counted by the platform: providers
        count a little differently.
      </p>
      <ContextBar context={context} className="h-2" />
      <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5 text-sm">
        {SHARES.map(({ key, label, tone }) => (
          <div key={key} className="contents">
            <dt className="flex items-center gap-2">
              <span aria-hidden="true" className={classNames("size-2 rounded-sm", tone)} />
              {label}
            </dt>
            <dd className="text-right text-muted tabular-nums">{formatCount(context[key])} tokens</dd>
          </div>
        ))}
      </dl>
      <p className="text-sm">{countWords(context)}</p>
      {summary ? (
        <details className="rounded-md border border-line">
          <summary className="cursor-pointer px-3 py-2 text-sm font-medium">
            Summary of {formatPlural(summary.messages, "older message")}
          </summary>
          <div className="border-t border-line px-3 py-2">
            <Markdown text={summary.text} />
          </div>
        </details>
      ) : null}
    </div>
  );
}

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

function countWords({ whole, summarized, omitted }: ContextPart): string {
  const words = [`${formatPlural(whole, "message")} whole`];
  if (summarized > 0) words.push(`${formatCount(summarized)} in fewer words`);
  if (omitted > 0) words.push(`${formatCount(omitted)} left out, with a mark`);
  return `${words.join(", ")}.`;
}
