/** Ends the process after all when a part of it does not stop; the database stops with it and loses nothing. */
export function stopWithin(limitMs: number): void {
  setTimeout(() => {
    process.stderr.write(`The platform did not stop within ${limitMs / 1_000} s and was ended.\n`);
    process.exit(1);
  }, limitMs).unref();
}
