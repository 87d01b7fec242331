/**
 * What a migration does that code of the version before cannot stand, read from its text. It knows the forms that SQL has
 * for it, not what a trigger or a function means: that stays with whoever reads the change.
 */

interface Written {
  /** All statements of a file, without comments and without the bodies of its functions. */
  statements: string[];
  tables: Set<string>;
  functions: Set<string>;
  /** `table.column` of columns that the file adds. */
  columns: Set<string>;
}

/** What stands before `sql` in the folder, for what may be seen as wider than before. */
export function whatBreaksOlder(sql: string, before: string[]): string[] {
  const file = readFile(sql);
  const earlier = before.map(readFile);
  return file.statements.flatMap((statement) => [
    ...droppedOrRenamed(statement, file),
    ...changedColumns(statement, file),
    ...narrowedChecks(statement, file, earlier),
    ...newRules(statement, file, earlier),
  ]);
}

function readFile(sql: string): Written {
  const text = sql
    .replaceAll(/--.*$/gm, "")
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/(CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\b[\s\S]*?)(\$\w*\$)[\s\S]*?\2/gi, "$1");
  const statements = splitStatements(text);
  const names = (pattern: RegExp) => new Set([...text.matchAll(pattern)].map((match) => bare(match[1])));
  const columns = statements.flatMap((statement) => {
    const table = alteredTable(statement);
    return table ? [...statement.matchAll(/ADD\s+COLUMN\s+(?:IF NOT EXISTS\s+)?(\w+)/gi)].map((match) => `${table}.${match[1]}`) : [];
  });
  return {
    statements,
    tables: names(/CREATE\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF NOT EXISTS\s+)?([\w.]+)/gi),
    functions: names(/CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\s+([\w.]+)/gi),
    columns: new Set(columns),
  };
}

/** At semicolons; those in the body of a DO block divide it into pieces that are judged alike. */
function splitStatements(text: string): string[] {
  return text
    .split(";")
    .map((statement) => statement.replaceAll(/\s+/g, " ").trim())
    .filter((statement) => statement !== "");
}

const bare = (name = "") => name.replace(/^public\./i, "").toLowerCase();
const alteredTable = (statement: string) => bare(/ALTER TABLE (?:IF EXISTS )?(?:ONLY )?([\w.]+)/i.exec(statement)?.[1]) || undefined;
/** Parts of one ALTER TABLE, at commas that are not inside of parentheses. */
const actions = (statement: string) => statement.split(/,(?![^(]*\))/);
const list = (text = "") => text.split(",").map((one) => one.trim());

const DROPPED =
  /DROP (TABLE|(?:MATERIALIZED )?VIEW|FUNCTION|PROCEDURE|AGGREGATE|TYPE|DOMAIN|SCHEMA|SEQUENCE|EXTENSION|ROLE)\b(?: IF EXISTS)?/i;

function droppedOrRenamed(statement: string, file: Written): string[] {
  const found: string[] = [];
  const dropped = DROPPED.exec(statement)?.[1];
  if (dropped) found.push(`drops a ${dropped.toLowerCase()}`);
  if (/\bRENAME\b/i.test(statement)) found.push("renames something");
  if (/^ALTER (TYPE|DOMAIN)\b/i.test(statement)) found.push("alters a type");
  if (/\bSET SCHEMA\b/i.test(statement)) found.push("moves something to another schema");
  const trigger = /DROP TRIGGER (?:IF EXISTS )?(\w+)/i.exec(statement)?.[1];
  if (trigger && !new RegExp(`CREATE (OR REPLACE )?(CONSTRAINT )?TRIGGER ${trigger}\\b`, "i").test(file.statements.join(";")))
    found.push(`drops the trigger ${trigger}`);
  // A new function is everybody's until that is taken back.
  const revoked = /\bREVOKE\b.+? ON (?:FUNCTION |TABLE )?([\w.]+)/i.exec(statement);
  if (/\bREVOKE\b/i.test(statement) && !file.functions.has(bare(revoked?.[1])) && !file.tables.has(bare(revoked?.[1])))
    found.push("revokes a right");
  return found;
}

function changedColumns(statement: string, file: Written): string[] {
  const table = alteredTable(statement);
  if (!table || file.tables.has(table)) return [];
  return actions(statement).flatMap((action) => {
    const found: string[] = [];
    const dropped = /DROP COLUMN (?:IF EXISTS )?(\w+)/i.exec(action)?.[1];
    if (dropped) found.push(`drops the column ${table}.${dropped}`);
    const [, changed = "", how = ""] =
      /ALTER (?:COLUMN )?(\w+) (.*)/i.exec(action.replace(/ALTER TABLE (?:IF EXISTS )?(?:ONLY )?[\w.]+ /i, "")) ?? [];
    const isNew = file.columns.has(`${table}.${changed}`);
    if (/^(SET DATA )?TYPE\b/i.test(how)) found.push(`changes the type of ${table}.${changed}`);
    if (/^DROP DEFAULT/i.test(how) && !isNew) found.push(`takes the default of ${table}.${changed} away`);
    if (/^SET NOT NULL/i.test(how) && !hasDefault(file, table, changed)) found.push(`demands ${table}.${changed}`);
    const added = /ADD (?:COLUMN )?(?:IF NOT EXISTS )?(\w+) (.*)/i.exec(action);
    const isColumn = added && !/^(CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)$/i.test(added[1] ?? "");
    if (isColumn && /\bNOT NULL\b/i.test(added[2] ?? "") && !/\b(DEFAULT|GENERATED|SERIAL|BIGSERIAL)\b/i.test(added[2] ?? ""))
      found.push(`demands the new column ${table}.${added[1]}`);
    return found;
  });
}

function hasDefault(file: Written, table: string, column: string): boolean {
  const pattern = new RegExp(`(ADD COLUMN (IF NOT EXISTS )?${column} .*\\bDEFAULT\\b|ALTER (COLUMN )?${column} SET DEFAULT)`, "i");
  return file.statements.some(
    (statement) => alteredTable(statement) === table && actions(statement).some((action) => pattern.test(action)),
  );
}

/** A CHECK on what is there already must allow all that it allowed: only lists of values can be seen to. */
function narrowedChecks(statement: string, file: Written, earlier: Written[]): string[] {
  const table = alteredTable(statement);
  if (!table || file.tables.has(table)) return [];
  return [...statement.matchAll(/ADD (?:CONSTRAINT \w+ )?CHECK \((.*?)\)(?= NOT VALID|,|$)/gi)].flatMap(([, rule = ""]) => {
    const columns = [...rule.matchAll(/\b[a-z_]+\b/g)].map(([name]) => name);
    const isOfNew = columns.some((column) => file.columns.has(`${table}.${column}`));
    return isOfNew || isWider(rule, table, earlier) ? [] : [`narrows what ${table} takes: CHECK (${rule})`];
  });
}

function isWider(rule: string, table: string, earlier: Written[]): boolean {
  const [, column = "", values] = /^(\w+) IN \(([^)]*)\)?$/i.exec(rule) ?? [];
  if (!column) return false;
  const inTable = (statement: string) =>
    alteredTable(statement) === table || bare(/CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?([\w.]+)/i.exec(statement)?.[1]) === table;
  const former = earlier
    .flatMap(({ statements }) => statements)
    .filter(inTable)
    .flatMap((statement) => [...statement.matchAll(new RegExp(`CHECK \\(${column} IN \\(([^)]*)\\)`, "gi"))].map((match) => match[1]))
    .at(-1);
  const now = new Set(list(values));
  return former !== undefined && list(former).every((value) => now.has(value));
}

/** Rules over rows that older code writes without knowing them, and the end of ones that its ON CONFLICT counts on. */
function newRules(statement: string, file: Written, earlier: Written[]): string[] {
  const found: string[] = [];
  const index =
    /CREATE UNIQUE INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?(?:\w+ )?ON (?:ONLY )?([\w.]+) (?:USING \w+ )?\((.*?)\)(?= WHERE|$| INCLUDE| NULLS)/i.exec(
      statement,
    );
  const table = alteredTable(statement) ?? bare(index?.[1]);
  const isNewTable = file.tables.has(table);
  const ofNew = (columns = "") => list(columns).some((column) => file.columns.has(`${table}.${column}`));
  if (index && !isNewTable && !ofNew(index[2])) found.push(`makes rows of ${table} unique`);
  for (const [, rule = "", columns] of statement.matchAll(
    /ADD (?:CONSTRAINT \w+ )?(UNIQUE|PRIMARY KEY|FOREIGN KEY|EXCLUDE)[^(]*\(([^)]*)\)/gi,
  ))
    if (!isNewTable && !ofNew(columns)) found.push(`adds ${rule.toUpperCase()} to ${table}`);
  if (/ENABLE ROW LEVEL SECURITY/i.test(statement) && !isNewTable) found.push(`walls ${table}`);
  const dropped = /DROP INDEX (?:CONCURRENTLY )?(?:IF EXISTS )?(\w+)/i.exec(statement)?.[1];
  const makesUnique = (name: string) => new RegExp(`CREATE UNIQUE INDEX (CONCURRENTLY )?(IF NOT EXISTS )?${name} `, "i");
  const isMade = (name: string, files: Written[]) => files.some(({ statements }) => statements.some((one) => makesUnique(name).test(one)));
  if (dropped && isMade(dropped, earlier) && !isMade(dropped, [file])) found.push(`drops the unique index ${dropped}`);
  const constraint = /DROP CONSTRAINT (?:IF EXISTS )?(\w+_(?:key|pkey))\b/i.exec(statement)?.[1];
  if (constraint) found.push(`drops the unique rule ${constraint}`);
  return found;
}
