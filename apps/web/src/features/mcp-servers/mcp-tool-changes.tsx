import type { McpTool } from "@crew/contracts/mcp-servers";
import { classNames } from "../../ui/class-names.ts";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { visibleText } from "../../ui/visible-text.ts";
import { type DifferingLine, lineDifferences } from "./line-differences.ts";

/** What the server says now beside what was approved, line by line. */
export function McpToolChanges({ tool, approved }: { tool: McpTool; approved: NonNullable<McpTool["approved"]> }) {
  const description = lineDifferences(visibleText(approved.description), visibleText(tool.description));
  const schema = lineDifferences(schemaText(approved.parameters), schemaText(tool.parameters));
  const hasChanged = (lines: DifferingLine[]) => lines.some(({ mark }) => mark !== "same");
  return (
    <section aria-label="What changed" className="flex flex-col gap-3 rounded-md bg-bad-soft p-3">
      <p className="text-sm text-bad">The tool says something else than was approved, so it is off. What changed:</p>
      {hasChanged(description) ? <Lines label="Description" lines={description} /> : null}
      {hasChanged(schema) ? <Lines label="Arguments" lines={schema} /> : null}
      {hasChanged(description) || hasChanged(schema) ? null : (
        <p className="text-sm text-muted">It says again what was approved; in between it said something else.</p>
      )}
    </section>
  );
}

function schemaText(parameters: Record<string, unknown>): string {
  return visibleText(JSON.stringify(parameters, null, 2));
}

const MARKS = {
  same: { sign: " ", words: "", look: "text-muted" },
  gone: { sign: "−", words: "gone: ", look: "bg-bad-soft text-bad line-through" },
  new: { sign: "+", words: "new: ", look: "bg-good-soft text-good" },
} as const;

function Lines({ label, lines }: { label: string; lines: DifferingLine[] }) {
  return (
    <div className="flex flex-col gap-1">
      <h3 className="text-sm font-medium">{label}</h3>
      <ScrollRegion label={`Changes: ${label}`} className="max-h-96 overflow-auto rounded-md border border-line bg-surface py-2">
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat and never move
          <p key={index} className={classNames("flex gap-2 px-3 font-mono text-xs leading-5", MARKS[line.mark].look)}>
            <span aria-hidden="true" className="w-3 shrink-0">
              {MARKS[line.mark].sign}
            </span>
            <span className="sr-only">{MARKS[line.mark].words}</span>
            <span className="min-w-0 break-words whitespace-pre-wrap">{line.text}</span>
          </p>
        ))}
      </ScrollRegion>
    </div>
  );
}
