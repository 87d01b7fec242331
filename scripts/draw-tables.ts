import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The schema as the migrations' text has it: columns and references. `tests/documents.test.ts` compares both with a migrated
 * database.
 */

const FOLDER = fileURLToPath(new URL("../packages/db/migrations", import.meta.url));

export interface Reference {
  from: string;
  columns: string[];
  to: string;
  isOptional: boolean;
}

export interface Schema {
  columns: Map<string, string[]>;
  references: Reference[];
}

export function readSchema(): Schema {
  const sql = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".sql"))
    .toSorted()
    .map((name) => readFileSync(join(FOLDER, name), "utf8"))
    .join("\n");
  const read = new SchemaReader();
  // At semicolons that end a line; bodies of functions fall into pieces that begin like no statement of ours.
  for (const statement of sql.split(/;[ \t]*(?:--.*)?\n/)) read.statement(statement.replace(/^(\s*--.*\n|\s+)+/, ""));
  return read.schema();
}

class SchemaReader {
  readonly #columns = new Map<string, string[]>();
  readonly #required = new Set<string>();
  #references: Omit<Reference, "isOptional">[] = [];

  schema(): Schema {
    const isRequired = (table: string, columns: string[]) => columns.every((column) => this.#required.has(`${table}.${column}`));
    return {
      columns: this.#columns,
      references: this.#references.map((one) => ({ ...one, isOptional: !isRequired(one.from, one.columns) })),
    };
  }

  statement(text: string): void {
    const [, made = "", body = ""] = /^CREATE TABLE (\w+) \(\n([\s\S]*?)\n\)/.exec(text) ?? [];
    if (made) {
      this.#columns.set(made, []);
      for (const line of body.split("\n")) this.#line(made, line.replace(/--.*$/, "").trim().replace(/,$/, ""));
    }
    const table = /^ALTER TABLE (\w+) /.exec(text)?.[1];
    if (table && this.#columns.has(table)) this.#alter(table, text);
    const gone = /^DROP TABLE (\w+)/.exec(text)?.[1];
    if (!gone) return;
    this.#columns.delete(gone);
    this.#references = this.#references.filter(({ from, to }) => from !== gone && to !== gone);
  }

  #alter(table: string, text: string): void {
    for (const part of text.replace(/^ALTER TABLE \w+ /, "").split(/,\s+(?=ADD|ALTER|DROP)/)) {
      const action = part.trim();
      if (action.startsWith("ADD ")) this.#line(table, action.replace(/^ADD (COLUMN )?(IF NOT EXISTS )?/, ""));
      const demanded = /^ALTER COLUMN (\w+) SET NOT NULL/.exec(action)?.[1];
      if (demanded) this.#required.add(`${table}.${demanded}`);
      const freed = /^ALTER COLUMN (\w+) DROP NOT NULL/.exec(action)?.[1];
      if (freed) this.#required.delete(`${table}.${freed}`);
      const dropped = /^DROP COLUMN (?:IF EXISTS )?(\w+)/.exec(action)?.[1];
      if (!dropped) continue;
      this.#columns.set(
        table,
        (this.#columns.get(table) ?? []).filter((one) => one !== dropped),
      );
      this.#references = this.#references.filter(({ from, columns }) => from !== table || !columns.includes(dropped));
    }
  }

  /** A column or a rule of a table, in what made it or was added later. */
  #line(table: string, line: string): void {
    const [, key] = /PRIMARY KEY \(([^)]*)\)/.exec(line) ?? [];
    for (const column of key?.split(/,\s*/) ?? []) this.#required.add(`${table}.${column}`);
    const [, listed, target] = /FOREIGN KEY \(([^)]*)\)\s*REFERENCES (\w+)/.exec(line) ?? [];
    if (listed && target) this.#references.push({ from: table, columns: listed.split(/,\s*/), to: target });
    const column = /^([a-z_]+) /.exec(line)?.[1];
    if (!column) return;
    this.#columns.get(table)?.push(column);
    if (/\b(NOT NULL|PRIMARY KEY)\b/.test(line)) this.#required.add(`${table}.${column}`);
    const to = /\bREFERENCES (\w+)/.exec(line)?.[1];
    if (to) this.#references.push({ from: table, columns: [column], to });
  }
}

/** What is drawn together; a table that stands nowhere goes where the first table is that it refers to. */
const AREAS: Record<string, string[]> = {
  "People and access": [
    "users",
    "workspaces",
    "workspace_members",
    "sessions",
    "accounts",
    "api_keys",
    "custom_roles",
    "invitations",
    "crew_grants",
    "second_factors",
    "sign_in_challenges",
    "sign_in_links",
    "sign_in_flows",
    "mailed_tokens",
    "socket_tickets",
    "oauth_clients",
    "oauth_grants",
    "oauth_artifacts",
    "signing_keys",
  ],
  "Secrets, models and tools": [
    "data_keys",
    "installation_data_keys",
    "secrets",
    "model_providers",
    "model_prices",
    "provider_lanes",
    "tools",
    "mcp_servers",
    "mcp_tools",
    "egress_rules",
  ],
  Design: ["crews", "agents", "tasks", "crew_versions", "crew_sign_offs"],
  Runs: [
    "runs",
    "run_documents",
    "run_steps",
    "run_events",
    "run_messages",
    "run_links",
    "task_outputs",
    "approvals",
    "approval_links",
    "call_attempts",
    "run_limits",
    "halts",
    "dead_letters",
    "memories",
    "workers",
  ],
  Budgets: ["budgets", "budget_counters", "budget_reservations"],
  "Started by itself, and being told": [
    "schedules",
    "schedule_ticks",
    "triggers",
    "trigger_deliveries",
    "outbox_events",
    "webhooks",
    "webhook_deliveries",
    "webhook_attempts",
  ],
  Chat: ["conversations", "messages", "conversation_files", "conversation_chunks", "conversation_images", "conversation_summaries"],
  Traces: ["audit_events", "audit_links", "audit_heads", "audit_tombstones", "security_events", "idempotency_keys", "read_marks"],
};

/** One drawing for each area, in mermaid. Nearly every table refers to its workspace, which is left out. */
export function drawTables({ columns, references } = readSchema()): string {
  const areas = new Map<string, string[]>();
  const areaOf = (table: string, seen = new Set<string>()): string => {
    const named = Object.entries(AREAS).find(([, tables]) => tables.includes(table));
    if (named) return named[0];
    const next = references.find(({ from, to }) => from === table && to !== "workspaces" && !seen.has(to));
    return next ? areaOf(next.to, seen.add(table)) : "Others";
  };
  for (const table of columns.keys()) areas.set(areaOf(table), [...(areas.get(areaOf(table)) ?? []), table]);
  const order = [...Object.keys(AREAS), "Others"];
  return [...areas]
    .toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    .map(([area, tables]) => {
      const lines = references
        .filter(({ from, to }) => tables.includes(from) && (to !== "workspaces" || area === order[0]))
        .map(({ from, columns: own, to, isOptional }) => `  ${to} ${isOptional ? "|o" : "||"}--o{ ${from} : "${own.join(", ")}"`);
      const drawn = new Set(lines.flatMap((line) => line.match(/\w+(?= \|)|(?<=\{ )\w+/g) ?? []));
      const alone = tables.filter((table) => !drawn.has(table)).map((table) => `  ${table}`);
      return `**${area}**\n\n\`\`\`mermaid\nerDiagram\n${[...lines, ...alone].join("\n")}\n\`\`\``;
    })
    .join("\n\n");
}
