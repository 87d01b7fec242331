import { parseArgs } from "node:util";
import type { AuditOptions, Finding, Rule } from "./audit-rule.ts";
import { CONTAINER_RULES } from "./container-rules.ts";
import { ROLLOUT_RULES } from "./rollout-rules.ts";
import { SECRET_RULES } from "./secret-rules.ts";
import { readStack, type StackDocument, type Variables } from "./stack-document.ts";
import { WALL_RULES } from "./wall-rules.ts";

export const RULES: readonly Rule[] = [...CONTAINER_RULES, ...ROLLOUT_RULES, ...SECRET_RULES, ...WALL_RULES];

/** Every way in which the file breaks the rules of docs/deployment.md; an empty list is a pass. */
export function auditStack(stack: StackDocument, options: AuditOptions = {}): Finding[] {
  const settled = { kind: "stack" as const, allowsLocalImages: false, ...options };
  const rules = RULES.filter((rule) => settled.kind === "stack" || rule.isForCompose);
  const findings = Object.entries(stack.services).flatMap(([name, service]) =>
    rules.flatMap((rule) =>
      rule
        .look({ name, service, stack, options: settled })
        .map((found): Finding => ({ service: name, rule: rule.name, found, fix: rule.fix })),
    ),
  );
  // What belongs to the whole file is found once for each service that it touches, and told once.
  return [...new Map(findings.map((one) => [keyOf(one), one])).values()];
}

const keyOf = ({ service, rule, found }: Finding) => (found.startsWith("(stack) ") ? `${rule} ${found}` : `${service} ${rule} ${found}`);

export const tellFinding = ({ service, rule, found, fix }: Finding): string => `${service}: ${rule}: ${found}. ${fix}`;

/** `deploy:swarm -- audit [file]`: prints what it finds; resolves with whether that is nothing. */
export function auditFile(parameters: string[], defaults: { path: string; variables: Variables }, print: (line: string) => void): boolean {
  const { values, positionals } = parseArgs({
    args: parameters,
    allowPositionals: true,
    options: { compose: { type: "boolean" }, "local-images": { type: "boolean" } },
  });
  const findings = auditStack(readStack(positionals[0] ?? defaults.path, defaults.variables), {
    kind: values.compose ? "compose" : "stack",
    allowsLocalImages: values["local-images"] ?? false,
  });
  for (const finding of findings) print(tellFinding(finding));
  print(findings.length === 0 ? `${RULES.length} rules, nothing found.` : `${findings.length} found.`);
  return findings.length === 0;
}
