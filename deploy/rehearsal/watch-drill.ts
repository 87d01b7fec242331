import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LOCAL_BASES } from "../bases/make-bases.ts";
import { renderStack, writeStack } from "../swarm/render-stack.ts";
import { servicesBeside } from "../swarm/rollout.ts";
import type { StackDocument } from "../swarm/stack-document.ts";
import type { Engine } from "./open-engine.ts";
import type { Rehearsal } from "./rehearsal.ts";
import { removeStack, STACK, until } from "./rehearsal-stack.ts";

const WATCH = `${STACK}-watch`;
const STACK_FILE = join(dirname(fileURLToPath(import.meta.url)), "..", "monitoring", "stack.yaml");
/** An alert of a minute, the minute that it takes to be noticed, and half of one until it is told. */
const ALERT_MS = 6 * 60_000;
/** Services with figures. */
const WATCHED = ["api", "chatbot", "worker", "scheduler", "backup"];
const SECRET = "alert_webhook_url";

interface Target {
  labels: { job: string };
  health: string;
  lastError: string;
}
interface Rule {
  name: string;
  health: string;
  lastError?: string;
}

/** The monitoring stack beside the platform's: everything is read, every rule evaluates, and who is on duty is told when no worker is left. */
export async function watchDrill({ engine, stack, report }: Rehearsal): Promise<void> {
  await using cleanUp = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "crew-watch-"));
  cleanUp.defer(() => rmSync(folder, { recursive: true, force: true }));
  const duty = cleanUp.use(await onDuty(engine.hostAddress));
  // In this order backwards: a secret that is used cannot be removed.
  cleanUp.defer(async () => void (await engine.docker(["secret", "rm", SECRET]).catch(() => undefined)));
  cleanUp.defer(() => removeStack(engine, WATCH));
  await deploy(engine, folder, duty.url);
  const ask = asking(engine);

  const expected = await Promise.all(WATCHED.map(async (service) => `${service} ${(await stack.containersOf(service)).length}`));
  let seen: string[] = [];
  const areAllRead = async () => {
    const { activeTargets } = await ask<{ activeTargets: Target[] }>("targets");
    seen = WATCHED.map(
      (service) => `${service} ${activeTargets.filter(({ labels, health }) => labels.job === `crew-${service}` && health === "up").length}`,
    );
    return seen.join() === expected.join();
  };
  report.hold(`every task is read: ${expected.join(", ")}`, await isSeen(areAllRead, "all targets"), seen.join(", "));

  let rules: Rule[] = [];
  const areEvaluated = async () => {
    rules = (await ask<{ groups: { rules: Rule[] }[] }>("rules")).groups.flatMap((group) => group.rules);
    return rules.every(({ health }) => health !== "unknown");
  };
  await until(areEvaluated, "the first evaluation of every rule");
  const broken = rules.filter(({ health }) => health === "err").map(({ name, lastError }) => `${name}: ${lastError}`);
  report.hold(`all ${rules.length} rules evaluate`, rules.length > 30 && broken.length === 0, broken.join("; "));

  await stack.scale("worker", 0);
  const isTold = await isSeen(async () => duty.told.includes("NoWorkers"), "the alert", ALERT_MS);
  report.hold("without workers NoWorkers comes to who is on duty", isTold, duty.told.join(", "));
  await stack.scale("worker", 1);
}

const isSeen = (isSo: () => Promise<boolean>, what: string, waitMs?: number) =>
  until(isSo, what, waitMs).then(
    () => true,
    () => false,
  );

/** What takes Alertmanager's webhook, and the names of alerts that came. */
async function onDuty(host: string): Promise<{ url: string; told: string[] } & AsyncDisposable> {
  const told: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { alerts } = JSON.parse(Buffer.concat(chunks).toString()) as { alerts: { status: string; labels: { alertname: string } }[] };
    told.push(...alerts.filter(({ status }) => status === "firing").map(({ labels }) => labels.alertname));
    response.end();
  }).listen(0, host);
  await once(server, "listening");
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/alerts`,
    told,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** As it is told in docs/operations.md, but for Grafana, which the distribution has no package of. */
async function deploy({ docker }: Engine, folder: string, webhookUrl: string): Promise<void> {
  const file = join(folder, SECRET);
  writeFileSync(file, webhookUrl, { mode: 0o600 });
  await docker(["secret", "create", SECRET, file]);
  const variables = { CREW_STACK: STACK, ...LOCAL_BASES, GRAFANA_IMAGE: "left-out" };
  const { volumes, configs, secrets, ...rest } = renderStack({ stackFile: STACK_FILE, stack: WATCH, variables, folder });
  const document = {
    ...rest,
    volumes: withoutGrafana(volumes),
    configs: withoutGrafana(configs),
    secrets: withoutGrafana(secrets),
  } as StackDocument;
  giveAddress(configs?.alertmanager?.file, webhookUrl);
  const path = writeStack(servicesBeside(document, "grafana"), join(folder, "stack.yaml"));
  await docker(["stack", "deploy", "--detach=true", "--resolve-image", "never", "--compose-file", path, WATCH], 300_000);
}

/** Debian's Alertmanager (0.25) is older than `url_file`, by which the file reads the secret. */
function giveAddress(file: string | undefined, url: string): void {
  if (!file) throw new Error("the monitoring stack has no file for Alertmanager");
  writeFileSync(file, readFileSync(file, "utf8").replace(/url_file: .*/, `url: ${url}`));
}

const withoutGrafana = <T>(named: Record<string, T> = {}) =>
  Object.fromEntries(Object.entries(named).filter(([name]) => !name.startsWith("grafana")));

/** Prometheus has no door to the outside, so it is asked from within. */
function asking({ docker }: Engine) {
  return async <T>(what: "targets" | "rules"): Promise<T> => {
    const filter = `label=com.docker.swarm.service.name=${WATCH}_prometheus`;
    let id = "";
    await until(async () => {
      id = (await docker(["ps", "--quiet", "--filter", filter, "--filter", "health=healthy"])).split("\n")[0] ?? "";
      return id !== "";
    }, "Prometheus");
    const text = await docker(["exec", id, "wget", "-q", "-O", "-", `http://127.0.0.1:9090/api/v1/${what}`]);
    return (JSON.parse(text) as { data: T }).data;
  };
}
