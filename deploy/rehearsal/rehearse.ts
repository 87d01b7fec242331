import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { signIn } from "../swarm/smoke-check.ts";
import { smokeTarget } from "../swarm/smoke-target.ts";
import { compareWorkers } from "./compare-workers.ts";
import { momentDrill } from "./moment-drill.ts";
import { type Engine, openEngine } from "./open-engine.ts";
import { ANSWER, type Rehearsal } from "./rehearsal.ts";
import { brokenImage, haveBases, nextImage } from "./rehearsal-images.ts";
import { Report } from "./rehearsal-report.ts";
import { type RehearsalStack, rehearsalStack, STACK, until } from "./rehearsal-stack.ts";
import { restoreDrill } from "./restore-drill.ts";
import { soak } from "./soak.ts";
import { startLoad } from "./steady-load.ts";
import { watchDrill } from "./watch-drill.ts";

const USAGE = `npm run rehearse:swarm -- [--soak] [--keep] [--only <part>]
  Rolls the stack out on a Docker engine of this machine, works on it while it is scaled, killed, upgraded and taken back,
  and prints what held. --soak adds ten minutes at half of its capacity, --keep leaves the stack standing;
  --only, as often as one likes, names parts: scale, kill, restore, roll, broken, workers, watch, moment, soak.`;

const PARTS: [key: string, name: string, part: (rehearsal: Rehearsal) => Promise<void>][] = [
  ["scale", "another 1 → 4 → 2 workers under load", scaleUnderLoad],
  ["kill", "containers killed under load", killUnderLoad],
  ["restore", "a backup while people work, proven and restored", (rehearsal) => underLoad(rehearsal, () => restoreDrill(rehearsal), 0)],
  ["roll", "forward to the next version and back, with runs in flight", rollUnderLoad],
  ["broken", "a broken version is taken back", refuseBroken],
  ["workers", "two workers against one", compareWorkers],
  ["watch", "figures, rules and an alert by the monitoring stack", watchDrill],
  ["moment", "back to a moment by the server's own files", momentDrill],
  ["soak", "ten minutes at half of its capacity", soak],
];

async function rehearse({ isSoaking, isKept, only }: { isSoaking: boolean; isKept: boolean; only: readonly string[] }): Promise<number> {
  const report = new Report((line) => process.stdout.write(`${line}\n`));
  await using cleanUp = new AsyncDisposableStack();
  const engine = await openEngine((line) => report.tell(line));
  if (typeof engine === "string") return report.skip(`the rehearsal on Docker Swarm: ${engine}`);
  cleanUp.use(engine);
  const folder = mkdtempSync(join(tmpdir(), "crew-rehearsal-"));
  cleanUp.defer(() => rmSync(folder, { recursive: true, force: true }));
  // Containers come to it over their bridge to this host; nobody else can.
  const provider = cleanUp.use(await startFakeProvider({ host: engine.hostAddress, script: { defaults: ANSWER } }));
  const stack = rehearsalStack(engine, folder, Number(new URL(provider.url).port), (line) => report.tell(line));
  if (!isKept) cleanUp.use(stack);
  const rehearsal: Rehearsal = { engine, stack, provider, report, headers: () => headersOf(engine, stack) };

  await report.act("bases for an engine that reaches no registry", () => haveBases(engine, (line) => report.tell(`    ${line}`)));
  await report.act("secrets, images, migrations, roll-out and the check from outside, as one command", async () => {
    report.hold("secrets are made", (await stack.rollOut(["secrets", "init"])) === 0);
    report.hold("the release works", (await stack.rollOut(["up"])) === 0);
  });
  for (const [key, name, part] of PARTS)
    if (only.length > 0 ? only.includes(key) : key !== "soak" || isSoaking) await report.act(name, () => part(rehearsal));
  return report.end();
}

async function headersOf(engine: Engine, stack: RehearsalStack): Promise<Record<string, string>> {
  const settings = {
    stack: STACK,
    variables: { CREW_TLS: "internal" },
    smoke: { url: stack.origin, email: stack.account.email, passwordFile: "", tokenFile: null, caFile: null, betweenMs: 0 },
  };
  const target = await smokeTarget({ settings, docker: engine.docker, print: () => {} });
  const headers = await signIn({ ...target, account: { email: stack.account.email, password: stack.account.password() } });
  if (headers === "second-factor") throw new Error("the owner of a new installation has no second factor");
  return headers;
}

async function underLoad({ stack, provider, report, headers }: Rehearsal, act: () => Promise<void>, repeatsAllowed: number): Promise<void> {
  provider.clearJournal();
  const load = await startLoad({ origin: stack.origin, headers: await headers(), model: "ollama/fake-model", everyMs: 1_000, viewers: 6 });
  await sleep(3_000);
  await act();
  await sleep(3_000);
  const figures = await load.end();
  const calls = provider.journal.length;
  const repeats = calls - new Set(provider.journal.map(({ bodyHash }) => bodyHash)).size;
  report.tell(
    `    ${figures.started} runs, ${calls} model calls; longest without a good answer ${figures.longestSilenceMs} ms, longest without a socket ${figures.longestOfflineMs} ms`,
  );
  report.hold("every request was answered", figures.failedRequests === 0, `${figures.failedRequests} were not`);
  report.hold("0 failed runs", figures.failedRuns.length === 0, figures.failedRuns.join(", "));
  report.hold("0 lost events", figures.gaps.length === 0, figures.gaps.join(", "));
  report.hold(
    repeatsAllowed === 0 ? "0 repeated model calls" : `no model call repeated but what was in flight in a killed worker`,
    repeats <= repeatsAllowed,
    `${repeats} repeated`,
  );
  report.hold("a client waits 3 s at most", Math.max(figures.longestSilenceMs, figures.longestOfflineMs) <= 3_000);
}

async function scaleUnderLoad(rehearsal: Rehearsal): Promise<void> {
  const { stack } = rehearsal;
  await underLoad(
    rehearsal,
    async () => {
      await stack.scale("worker", 4);
      await sleep(5_000);
      await stack.scale("worker", 2);
      await sleep(5_000);
    },
    0,
  );
}

/** Of each service that may die one; the engine brings it back. */
async function killUnderLoad(rehearsal: Rehearsal): Promise<void> {
  const { stack } = rehearsal;
  await underLoad(
    rehearsal,
    async () => {
      for (const service of ["worker", "chatbot", "api", "scheduler", "web", "redis", "worker"]) {
        await stack.killOne(service);
        await sleep(6_000);
      }
    },
    // Each of the two had 8 calls in hand at most.
    16,
  );
}

async function rollUnderLoad(rehearsal: Rehearsal): Promise<void> {
  const { engine, stack, report } = rehearsal;
  const before = await stack.imageOf("api");
  const next = await nextImage(engine, before);
  const versions = () => stack.query("SELECT string_agg(DISTINCT version, ' ' ORDER BY version) FROM workers");
  await underLoad(
    rehearsal,
    async () => {
      const untested = ["up", "--without-test", "its code is the same"];
      report.hold("the next version is rolled out", (await stack.rollOut(untested, { CREW_IMAGE: next, CREW_VERSION: "0.1.1" })) === 0);
      report.hold("workers say that they are of it", (await versions()).includes("0.1.1"));
      report.hold(
        "its migration is there",
        (await stack.query("SELECT count(*) FROM schema_migrations WHERE name LIKE '%rehearsal%'")) === "1",
      );
      report.hold("the version before comes back", (await stack.rollOut(["rollback"])) === 0);
      report.hold("its image is the one from before", (await stack.imageOf("api")) === before);
    },
    0,
  );
}

async function refuseBroken({ engine, stack, report }: Rehearsal): Promise<void> {
  const before = await stack.imageOf("api");
  const broken = await brokenImage(engine, before);
  const words = ["up", "--without-test", "to see it fail where it is deployed"];
  report.hold("it is refused", (await stack.rollOut(words, { CREW_IMAGE: broken, CREW_VERSION: "0.1.2" })) !== 0);
  await until(async () => (await stack.imageOf("api")) === before, "the image from before");
  report.hold("what was there works on", (await fetch(`${stack.origin}/v1/installation`)).ok);
}

const { values } = parseArgs({
  options: { soak: { type: "boolean" }, keep: { type: "boolean" }, only: { type: "string", multiple: true }, help: { type: "boolean" } },
});
if (values.help) {
  process.stdout.write(`${USAGE}\n`);
} else {
  process.exitCode = await rehearse({ isSoaking: values.soak ?? false, isKept: values.keep ?? false, only: values.only ?? [] });
}
