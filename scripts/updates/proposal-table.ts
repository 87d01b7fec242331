import type { Findings } from "./find-updates.ts";

/** In Markdown, for a terminal and for the text of a change. */
export function proposalTable({ proposals, passedOver, alarms, unanswered }: Findings): string {
  const lines: string[] = [];
  for (const { name, version, advisory } of alarms) lines.push(`**${name} ${version} must not stay: ${advisory.id}, ${advisory.summary}**`);
  if (alarms.length > 0) lines.push("");
  if (proposals.length === 0) lines.push("Nothing to update.");
  else {
    lines.push(
      "| Group | Package | Now | Proposed | Kind | Days old | Licence | In |",
      "| --- | --- | --- | --- | --- | --- | --- | --- |",
    );
    for (const { group, pin, to, kind, ageDays, license } of proposals)
      lines.push(
        `| ${group} | ${pin.name} | ${pin.version} | ${to} | ${kind} | ${ageDays} | ${license} | ${pin.manifests.map((path) => path.replace(/\/?package\.json$/, "") || "root").join(", ")} |`,
      );
  }
  if (passedOver.length > 0) lines.push("", "Passed over:");
  for (const { name, version, why } of passedOver) lines.push(`- ${name} ${version}: ${why}`);
  if (unanswered.length > 0) lines.push("", "Without an answer:");
  for (const { name, why } of unanswered) lines.push(`- ${name}: ${why}`);
  return `${lines.join("\n")}\n`;
}
