import { classNames } from "../../ui/class-names.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { formatCount, formatPlural } from "../../ui/format-figures.ts";
import { Markdown } from "../../ui/markdown.tsx";
import { ContextBar, SHARES } from "./context-bar.tsx";
import { type ContextPart, percentOf, type SummaryPart, tokensOf } from "./context-part.ts";

interface Shown {
  context: ContextPart;
  summary: SummaryPart | null;
}

export default function ContextDialog({ title, shown, onClose }: { title: string; shown: Shown; onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title={title}>
      <ContextDetails {...shown} />
    </Dialog>
  );
}

/** What a model was shown for one answer, share by share; the summary opens. */
function ContextDetails({ context, summary }: Shown) {
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

function countWords({ whole, summarized, omitted }: ContextPart): string {
  const words = [`${formatPlural(whole, "message")} whole`];
  if (summarized > 0) words.push(`${formatCount(summarized)} in fewer words`);
  if (omitted > 0) words.push(`${formatCount(omitted)} left out, with a mark`);
  return `${words.join(", ")}.`;
}
