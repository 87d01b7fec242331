/** Connection failures of Node and `pg`, and what PostgreSQL says while it starts, stops or is full. */
const AWAY = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ENOENT", "EPIPE", "ETIMEDOUT", "57P01", "57P02", "57P03", "53300"]);
const AWAY_MESSAGE =
  /^(timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client (has encountered a connection error|was closed) and is not queryable)/;

/** Whether a statement has failed because its database cannot be reached, and not by itself. */
export function isDatabaseAway(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const { code, syscall } = error as { code?: string; syscall?: string };
    // A missing file is a fault of ours; a missing Unix socket is a database that is away.
    if (code && AWAY.has(code) && (code !== "ENOENT" || syscall === "connect")) return true;
    if (AWAY_MESSAGE.test(error.message)) return true;
  }
  return false;
}
