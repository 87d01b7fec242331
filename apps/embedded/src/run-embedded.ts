import { fileURLToPath } from "node:url";
import { buildApi } from "@crew/api/app";
import type { Auth } from "@crew/auth/auth-system";
import { openAuth } from "@crew/auth/open-auth";
import { buildChatbot } from "@crew/chatbot/app";
import { startBackups } from "@crew/platform/backups/backup-loop";
import { type Config, VERSION } from "@crew/platform/config/read-config";
import { clusterLocation } from "@crew/platform/database/embedded-postgres/cluster-folder";
import { announceAddress } from "@crew/platform/database/embedded-postgres/folder-lock";
import { type OpenSystem, openSystem } from "@crew/platform/open-system";
import { serveConsole } from "@crew/web/server/serve-console";
import { startWorker } from "@crew/worker/app";
import { guardVisitors } from "./guard-visitors.ts";
import { newLink, printLinkOnEnter } from "./offer-links.ts";
import type { Visitors } from "./open-front-door.ts";
import { prepareOwner } from "./prepare-owner.ts";
import { openGuardedDoor, type Start } from "./prepare-start.ts";
import { startingVisitors } from "./starting-visitors.ts";
import { stopWithin } from "./stop-within.ts";
import { untilToldToStop } from "./until-told-to-stop.ts";
import { welcomeLines } from "./welcome-lines.ts";

const CONSOLE = fileURLToPath(new URL("../../web/out", import.meta.url));
const STOP_MS = 20_000;

/** The whole platform in this process and on one port, until it is told to stop. */
export async function runEmbedded({ config, door: early }: Start): Promise<void> {
  await using stack = new AsyncDisposableStack();
  if (early) stack.use(early);
  const system = stack.use(await openSystem(config, "platform"));
  const { hasLink } = await prepareOwner(system, config);
  const door = early ?? stack.use(await openGuardedDoor(config));
  const auth = openAuth(system);
  door.lead(guardVisitors(auth.origins, await openServices(system, config, auth, stack)));
  // Before anybody is told that it runs: who reads that may stop it at once.
  const toldToStop = untilToldToStop();
  // Whoever comes while services close is asked to come back, instead of being answered by half of them.
  stack.defer(() => door.lead(startingVisitors));
  announceAddress(config.dataDir, config.publicUrl);
  system.log.info({ origin: config.publicUrl, dataDir: config.dataDir }, "the platform is ready");
  process.stdout.write(
    welcomeLines({
      version: VERSION,
      origin: config.publicUrl,
      link: hasLink ? await newLink(system, config.publicUrl) : null,
      dataDir: config.dataDir,
      databasePath: clusterLocation(config.dataDir),
      logFile: config.logFile,
      canPressEnter: process.stdin.isTTY === true,
    }),
  );
  if (hasLink) printLinkOnEnter(system, config.publicUrl);
  await toldToStop;
  system.log.info({}, "the platform stops");
  stopWithin(STOP_MS);
}

/** The services in the order in which they depend on each other; they are closed in reverse: first no more work is taken. */
async function openServices(system: OpenSystem, config: Config, auth: Auth, stack: AsyncDisposableStack): Promise<Visitors> {
  const api = stack.use(await buildApi(system, { auth, trustedProxies: config.trustedProxies }));
  await serveConsole(api, { outDir: CONSOLE });
  await api.ready();
  const chatbot = stack.use(await buildChatbot(system, { auth, trustedProxies: config.trustedProxies }));
  stack.use(await startWorker(system, { capacity: config.workerCapacity }));
  stack.use(startBackups(system, config));
  return {
    request: (request, response) => api.routing(request, response),
    upgrade: (request, socket, head) => chatbot.handleUpgrade(request, socket, head),
  };
}
