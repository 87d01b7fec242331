import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CONTRACT_ENDPOINTS } from "../apps/api/src/contract-endpoints.ts";
import { grafanaDashboard } from "../deploy/monitoring/grafana-dashboard.ts";
import { ERROR_STATUS } from "../packages/contracts/src/error-codes.ts";
import { PERMISSIONS, Role } from "../packages/contracts/src/permissions.ts";
import { RUN_EVENT_DATA } from "../packages/contracts/src/run-events.ts";
import { ROLE_PERMISSIONS } from "../packages/core/src/access/require-permission.ts";
import { COUNTERS, GAUGES, HISTOGRAMS } from "../packages/core/src/metrics.ts";
import { VARIABLES } from "../packages/platform/src/config/env.ts";
import { readRequirements, taggedFiles } from "./asvs-tests.ts";
import { drawTables, readSchema } from "./draw-tables.ts";

/**
 * Writes the parts of the documents that the code knows better, between `<!-- generated: name -->` and
 * `<!-- end of name -->`. With `--check` it writes nothing and fails where a part is not what the code says.
 */

const root = fileURLToPath(new URL("..", import.meta.url));

const PARTS: Record<string, Record<string, () => string>> = {
  "docs/api.md": { endpoints, errors, permissions, events },
  "docs/configuration.md": { variables },
  "docs/database.md": { drawing: drawTables, tables },
  "docs/operations.md": { metrics },
  "docs/asvs.md": { requirements },
};

/** Files that are written whole. */
const FILES: Record<string, () => string> = {
  "deploy/monitoring/grafana-dashboard.json": () => `${JSON.stringify(grafanaDashboard(), null, 2)}\n`,
};

const isCheck = process.argv.includes("--check");
const stale = [
  ...Object.entries(PARTS).filter(([path, parts]) =>
    isBehind(path, (before) => Object.entries(parts).reduce((text, [name, make]) => withPart(path, text, name, make()), before)),
  ),
  ...Object.entries(FILES).filter(([path, make]) => isBehind(path, make)),
];
for (const [path] of stale) process.stdout.write(isCheck ? `${path} is behind the code: run npm run docs\n` : `${path} written\n`);
if (isCheck && stale.length > 0) process.exitCode = 1;

function isBehind(path: string, make: (before: string) => string): boolean {
  const before = existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : "";
  const after = make(before);
  if (after !== before && !isCheck) writeFileSync(join(root, path), after);
  return after !== before;
}

function withPart(path: string, text: string, name: string, content: string): string {
  const [start, end] = [`<!-- generated: ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no place for ${name}: it needs the lines ${start} and ${end}`);
  return `${text.slice(0, from)}${start}\n\n${content}\n\n${text.slice(to)}`;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

function endpoints(): string {
  const tags = [...new Set(CONTRACT_ENDPOINTS.map(({ endpoint }) => endpoint.tag))];
  const section = (tag: string) => {
    const rows = CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.tag === tag).map(({ endpoint }) => [
      `\`${endpoint.method} ${endpoint.path.replace(/:(\w+)/g, "{$1}")}\``,
      endpoint.summary,
      String(endpoint.status),
      [
        endpoint.auth === "none" && "no credentials",
        endpoint.auth === "session" && "session only",
        endpoint.idempotent && "`Idempotency-Key`",
        endpoint.conditional && "`If-Match`",
      ]
        .filter(Boolean)
        .join(", "),
    ]);
    return `### ${tag}\n\n${table(["Request", "What it does", "Answer", "Takes"], rows)}`;
  };
  return tags.map(section).join("\n\n");
}

function errors(): string {
  return table(
    ["`code`", "Status"],
    Object.entries(ERROR_STATUS).map(([code, status]) => [`\`${code}\``, String(status)]),
  );
}

function permissions(): string {
  const roles = Role.options;
  return table(
    ["Permission (scope of a key)", ...roles],
    PERMISSIONS.map((one) => [`\`${one}\``, ...roles.map((role) => (ROLE_PERMISSIONS[role].includes(one) ? "yes" : ""))]),
  );
}

function events(): string {
  return table(
    ["`type`", "Fields of `data`"],
    Object.entries(RUN_EVENT_DATA).map(([type, schema]) => [
      `\`${type}\``,
      Object.keys(schema.shape)
        .map((field) => `\`${field}\``)
        .join(", "),
    ]),
  );
}

function requirements(): string {
  const all = readRequirements();
  const tagged = taggedFiles();
  const count = (state: string) => all.filter((one) => one.state === state).length;
  const summary = `${all.length} requirements: ${count("pass")} pass, ${count("n/a")} do not apply, ${count("open")} are open; ${tagged.size} carry a test.`;
  const section = (chapter: string) => {
    const rows = all
      .filter((one) => one.chapter === chapter)
      .map((one) => [
        one.id,
        String(one.level),
        one.asks,
        one.state,
        one.by,
        (tagged.get(one.id) ?? []).map((path) => `\`${path}\``).join(" "),
      ]);
    return `### ${chapter}\n\n${table(["No", "Level", "Asks", "State", "By, or why not", "Tests"], rows)}`;
  };
  return [summary, ...[...new Set(all.map(({ chapter }) => chapter))].map(section)].join("\n\n");
}

function metrics(): string {
  const rows = (all: Record<string, { help: string; labels: readonly string[]; buckets?: readonly number[] }>, kind: string, suffix = "") =>
    Object.entries(all)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { help, labels, buckets }]) => [
        `\`crew_${name}${suffix}\``,
        kind,
        labels.map((label) => `\`${label}\``).join(" "),
        buckets ? `${help}; to ${buckets.join(", ")} s` : help,
      ]);
  const all = [...rows(COUNTERS, "counter", "_total"), ...rows(GAUGES, "gauge"), ...rows(HISTOGRAMS, "histogram")];
  return table(["Metric", "Kind", "Labels", "What it tells"], all);
}

function variables(): string {
  const rows = VARIABLES.map((variable) => {
    const isSecret = "isSecret" in variable;
    const fallback = variable.fallback === null ? "" : variable.fallback === "" ? "empty" : `\`${variable.fallback}\``;
    return [`\`${variable.name}\`${isSecret ? ` or \`${variable.name}_FILE\`` : ""}`, fallback, variable.meaning];
  });
  return table(["Variable", "Default", "Meaning"], rows);
}

function tables(): string {
  return table(
    ["Table", "Columns"],
    [...readSchema().columns].map(([name, all]) => [`\`${name}\``, all.map((column) => `\`${column}\``).join(" ")]),
  );
}
