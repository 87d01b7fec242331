import type { Statement, Statements } from "@crew/core/system";
import pg from "pg";

const { builtins } = pg.types;

/** Rows as the code wants them: times as ISO 8601 strings, 64-bit counts as numbers, money (`numeric`) as strings. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") => {
    if (oid === builtins.TIMESTAMPTZ) return (text: string) => new Date(text).toISOString();
    if (oid === builtins.INT8) return Number;
    return pg.types.getTypeParser(oid, format as "text");
  }) as pg.CustomTypesConfig["getTypeParser"],
};

export function queryConfig(statement: Statement, values: readonly unknown[]): pg.QueryConfig {
  return { name: statement.name, text: statement.text, values: values as unknown[], types };
}

export function preparedStatements(pool: pg.Pool): Statements {
  return {
    async run<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
      const result = await pool.query(queryConfig(statement, values));
      return result.rows as Row[];
    },
  };
}
