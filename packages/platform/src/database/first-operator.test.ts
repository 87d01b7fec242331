import { inTestDatabase } from "@crew/testing/in-test-database";
import pg from "pg";
import { expect, test } from "vitest";
import { migrate, readMigrations } from "./migrate.ts";
import { addressFromUrl } from "./open-pool.ts";

test("in an installation that was here before there were operators, the first person becomes one", async () => {
  await inTestDatabase(async (url) => {
    const address = addressFromUrl(url);
    await migrate(
      address,
      readMigrations().filter(({ name }) => name < "0025"),
    );
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(
      `INSERT INTO users (id, name, email, created_at) VALUES
        (gen_random_uuid(), 'Grace', 'grace@example.test', '2026-03-02'),
        (gen_random_uuid(), 'Ada', 'ada@example.test', '2026-03-01'),
        (gen_random_uuid(), 'Eve', 'eve@example.test', '2026-03-03')`,
    );
    await migrate(address);
    const { rows } = await client.query("SELECT email FROM users WHERE is_operator");
    await client.end();
    expect(rows).toEqual([{ email: "ada@example.test" }]);
  }, "empty");
});
