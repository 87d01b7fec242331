import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CONTRACT_ENDPOINTS } from "../apps/api/src/contract-endpoints.ts";
import { ERROR_STATUS } from "../packages/contracts/src/error-codes.ts";
import { PERMISSIONS, Role } from "../packages/contracts/src/permissions.ts";
import { RUN_EVENT_DATA } from "../packages/contracts/src/run-events.ts";
import { ROLE_PERMISSIONS } from "../packages/core/src/access/require-permission.ts";
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
  "docs/asvs.md": { requirements },
};

const isCheck = process.argv.includes("--check");
const stale = Object.entries(PARTS).filter(([path, parts]) => {
  const before = readFileSync(join(root, path), "utf8");
  const after = Object.entries(parts).reduce((text, [name, make]) => withPart(path, text, name, make()), before);
  if (after !== before && !isCheck) writeFileSync(join(root, path), after);
  return after !== before;
});
for (const [path] of stale) process.stdout.write(isCheck ? `${path} is behind the code: run npm run docs\n` : `${path} written\n`);
if (isCheck && stale.length > 0) process.exitCode = 1;

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
