import { setTimeout as wait } from "node:timers/promises";
import type { Log } from "@crew/core/system";
import type { LaunchedServer } from "./launch-server.ts";
import { readPostmasterFile } from "./postmaster-file.ts";
import { serverComplaint, startFailure } from "./server-complaint.ts";
import { stopLeftoverServer } from "./stop-leftover-server.ts";

/** Recovery after a crash replays at most `max_wal_size`, which a slow disk does in less. */
const START_PATIENCE_MS = 60_000;
const LONGEST_PAUSE_MS = 10_000;

/** Starts the server and, when it dies although nobody asked it to (out of memory, a stray signal), starts it again. */
export async function keepServerRunning(options: {
  launch: () => LaunchedServer;
  data: string;
  clusterPath: string;
  log: Log;
}): Promise<{ stop(): Promise<void> }> {
  let server = options.launch();
  let isStopping = false;
  await untilReady(server, options);

  async function watch(): Promise<void> {
    for (let pauseMs = 100; !isStopping; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const startedAt = Date.now();
      await server.ended;
      if (isStopping) return;
      if (Date.now() - startedAt > 60_000) pauseMs = 100;
      options.log.error({ lastWords: serverComplaint(options.clusterPath) }, "the database server ended by itself; starting it again");
      await wait(pauseMs);
      if (isStopping) return;
      try {
        await stopLeftoverServer(options.data, options.log);
        if (isStopping) return;
        server = options.launch();
      } catch (error) {
        options.log.error({ err: error }, "the database server could not be started again");
      }
    }
  }
  const watched = watch();

  return {
    async stop() {
      isStopping = true;
      await server.stop();
      await watched;
    },
  };
}

async function untilReady(server: LaunchedServer, options: { data: string; clusterPath: string }): Promise<void> {
  const end = Date.now() + START_PATIENCE_MS;
  while (!readPostmasterFile(options.data)?.isReady) {
    if (server.hasEnded()) throw startFailure(options.clusterPath);
    if (Date.now() > end) {
      await server.stop();
      throw startFailure(options.clusterPath);
    }
    await wait(10);
  }
}
