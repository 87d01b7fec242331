import { openTestSystem } from "@crew/testing/open-test-system";
import { expect, test } from "vitest";
import { removeExpired } from "./remove-expired.ts";

/** Their rows outlive their end, and why. */
const STAY: Record<string, string> = {
  api_keys: "its owner sees that it has ended, and removes it",
  invitations: "whoever invited sees that it is over, for ninety days",
};

test("every table whose rows end is swept of those that have, but for named ones", async () => {
  await using system = await openTestSystem();
  const { rows } = await system.pool.query<{ table_name: string }>(
    "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'expires_at' ORDER BY 1",
  );
  const swept: string[] = [];
  const db = new Proxy(system.db, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key !== "delete") return typeof value === "function" ? value.bind(target) : value;
      return (table: { [symbol: symbol]: string }) => {
        swept.push(String(table[Symbol.for("drizzle:Name")]));
        return target.delete(table as never);
      };
    },
  });
  await removeExpired({ ...system, db });
  const ending = rows.map(({ table_name }) => table_name);
  expect(ending.length).toBeGreaterThan(6);
  expect(ending.filter((name) => !swept.includes(name) && !(name in STAY))).toEqual([]);
});

test("a provider's lane that nobody used for a day is forgotten", async () => {
  await using system = await openTestSystem();
  await system.pool.query(
    "INSERT INTO provider_lanes (lane, state, used_at) VALUES ('old', '{}', now() - interval '2 days'), ('new', '{}', now())",
  );
  await removeExpired(system);
  const { rows } = await system.pool.query<{ lane: string }>("SELECT lane FROM provider_lanes");
  expect(rows.map(({ lane }) => lane)).toEqual(["new"]);
});
