import type { ServerBinaries } from "./server-binaries.ts";

/** Nothing of our own environment: it may hold keys, and locale or PG* variables that would change the server. */
export function serverEnvironment(binaries: ServerBinaries): NodeJS.ProcessEnv | undefined {
  // Windows programs do not start without SystemRoot, and there the environment is the user's own anyway.
  if (process.platform === "win32") return undefined;
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    LC_ALL: "C",
    TZ: "UTC",
    ...(binaries.libraryPath ? { LD_LIBRARY_PATH: binaries.libraryPath } : {}),
  };
}
