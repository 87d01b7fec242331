import type { McpServer, McpTool } from "@crew/contracts/mcp-servers";
import type { ToolClass } from "@crew/contracts/tools";
import type { BadgeTone } from "../../ui/badge.tsx";
import { formatPlural } from "../../ui/format-figures.ts";

/** What each class says of a tool, for whoever approves it. */
export const CLASS_CHOICES: readonly { value: ToolClass; words: string; meaning: string }[] = [
  {
    value: "unsafe",
    words: "It acts, and twice would be wrong",
    meaning:
      "Runs at most once. If nobody knows whether it did, a person is asked; so is one where content from outside was read before it.",
  },
  {
    value: "idempotent",
    words: "It acts, and twice is the same as once",
    meaning: "May run again with the same key. Where content from outside was read before it, a person is asked.",
  },
  {
    value: "read",
    words: "It only reads",
    meaning:
      "Changes nothing anywhere. After a crash it simply runs again; where content from outside was read before it, a person is asked only if the crew does not name the server's host.",
  },
];

export function classWords(value: ToolClass): string {
  return CLASS_CHOICES.find((one) => one.value === value)?.words ?? value;
}

export function toolStateLook(tool: Pick<McpTool, "state" | "isOffered">): { tone: BadgeTone; words: string } {
  if (!tool.isOffered) return { tone: "plain", words: "no longer offered" };
  return {
    new: { tone: "accent", words: "◌ nobody has decided" },
    approved: { tone: "good", words: "✓ approved" },
    changed: { tone: "bad", words: "▲ changed since it was approved" },
    rejected: { tone: "plain", words: "✕ rejected" },
  }[tool.state] as { tone: BadgeTone; words: string };
}

/** `2 approved, 1 to decide`; what is none is left out. */
export function toolCountWords({ approved, rejected, changed, new: undecided }: McpServer["toolCounts"]): string {
  const parts = [
    changed > 0 ? `${changed} changed` : "",
    undecided > 0 ? `${undecided} to decide` : "",
    approved > 0 ? `${approved} approved` : "",
    rejected > 0 ? `${rejected} rejected` : "",
  ].filter(Boolean);
  return parts.length === 0 ? formatPlural(0, "tool") : parts.join(", ");
}
