import { fileURLToPath } from "node:url";
import { readConfig } from "@crew/platform/config/read-config";
import { openLog } from "@crew/platform/telemetry/open-log";
import { untilSignal } from "@crew/platform/until-signal";
import { buildWeb } from "./app.ts";

const config = readConfig();
const log = openLog({ level: config.logLevel, file: config.logFile });
const port = config.port ?? 3000;
await using web = await buildWeb({
  outDir: fileURLToPath(new URL("../../out", import.meta.url)),
  isHttps: config.publicUrl?.startsWith("https:") ?? false,
});
await web.listen({ host: config.host, port });
log.info({ host: config.host, port }, "the console listens");
await untilSignal();
