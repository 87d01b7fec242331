/** `npm` and the start script pass on a Ctrl-C that the terminal has already sent, so it comes up to three times. */
const SAME_PRESS_MS = 1_000;
const LOOK_EVERY_MS = 500;

const starter = Promise.withResolvers<void>();

// Listened for from the moment this file is loaded: the process that started us may be gone before we have started.
if (process.channel) {
  process.once("disconnect", () => starter.resolve());
  // The start script only listens; its channel must not keep this process alive.
  process.channel.unref();
} else if (process.argv.includes("--under-npm")) {
  // `kill` of npm reaches the shell between the two, which passes nothing on.
  const shell = process.ppid;
  setInterval(() => process.ppid !== shell && starter.resolve(), LOOK_EVERY_MS).unref();
}

/**
 * Resolves when a signal asks to stop, the terminal is closed or the process that started this one is gone. A second
 * Ctrl-C, later, ends the process at once. Until it is called a signal ends the process as it always does.
 */
export async function untilToldToStop(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let firstAt = 0;
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (firstAt === 0) firstAt = Date.now();
      else if (Date.now() - firstAt > SAME_PRESS_MS) process.exit(1);
      resolve();
    });
  }
  await Promise.race([promise, starter.promise]);
}
