import { openTestDatabase } from "./open-test-database.ts";

/** Runs `work` on a database of its own: migrated, or with nothing in it. */
export async function inTestDatabase(
  work: (databaseUrl: string) => Promise<void>,
  contents: "migrated" | "empty" = "migrated",
): Promise<void> {
  await using database = await openTestDatabase(contents);
  await work(database.databaseUrl);
}
