/** Resolves with the first SIGTERM or SIGINT; a second one ends the process at once. */
export async function untilSignal(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      resolve(signal);
      process.once(signal, () => process.exit(1));
    });
  }
  return promise;
}
