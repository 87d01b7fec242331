import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ServerAccount } from "./server-account.ts";
import type { ServerBinaries } from "./server-binaries.ts";
import { serverEnvironment } from "./server-environment.ts";

/**
 * Starts the server and stops it when standard input ends: on request, or because the process at the other end of the
 * pipe is gone, killed or not. Being the server's parent it also collects it, where process 1 would not.
 */
const WATCH_PARENT = `
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(
  read -r _ <&3
  for signal in INT QUIT KILL; do
    kill -s $signal $server || exit 0
    i=0
    while [ $i -lt 25 ]; do kill -0 $server || exit 0; sleep 0.06; i=$((i + 1)); done
  done
) 2>/dev/null &
watcher=$!
exec 3<&-
wait $server
code=$?
kill $watcher 2>/dev/null
exit $code
`;

const LOG_MAX_BYTES = 4 * 1024 * 1024;

export interface LaunchedServer {
  /** Resolves when the server has ended, whoever ended it. */
  ended: Promise<void>;
  hasEnded(): boolean;
  /** Asks the server to stop; its clients' transactions are rolled back. */
  stop(): Promise<void>;
}

export function launchServer(options: {
  binaries: ServerBinaries;
  parameters: string[];
  folder: string;
  account: ServerAccount | null;
}): LaunchedServer {
  const log = openServerLog(options.folder);
  const [command, parameters] =
    process.platform === "win32"
      ? [process.execPath, [fileURLToPath(new URL("watch-parent-windows.ts", import.meta.url)), options.binaries.pgCtl]]
      : ["/bin/sh", ["-c", WATCH_PARENT, "crew-postgres", options.binaries.postgres]];
  const child = spawn(command, [...parameters, ...options.parameters], {
    cwd: options.folder,
    env: serverEnvironment(options.binaries),
    // A group of its own: Ctrl-C in the terminal is for us, who stop the server when everything else has stopped.
    detached: true,
    windowsHide: true,
    stdio: ["pipe", log, log],
    ...options.account,
  });
  closeSync(log);
  child.stdin?.on("error", () => {});
  const ended = untilEnd(child);
  return {
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined,
    async stop() {
      child.stdin?.destroy();
      await ended;
    },
  };
}

async function untilEnd(child: ChildProcess): Promise<void> {
  try {
    await once(child, "exit");
  } catch {
    // It could not even be started; the caller sees that no server came.
  }
}

/** One old file is kept. What the server says while it runs is little: see `log_min_messages`. */
function openServerLog(folder: string): number {
  const path = join(folder, "server.log");
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LOG_MAX_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o600);
}
