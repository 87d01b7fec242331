import type { Approval } from "@crew/contracts/approvals";
import { type EffectsSink, startEffectsSink } from "@crew/testing/effects-sink/start-effects-sink";
import type { FakeScriptInput } from "@crew/testing/fake-provider/fake-script";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { type FaultProxy, startFaultProxy } from "@crew/testing/fault-proxy";
import { joinInstallation, type Member } from "@crew/testing/join-installation";
import { openTestDatabase } from "@crew/testing/open-test-database";
import { type Installation, type ServiceName, startInstallation } from "@crew/testing/start-installation";
import { startMcpServer } from "@crew/testing/start-mcp-server";
import { startTestPostgres, type TestPostgres } from "@crew/testing/start-test-postgres";
import { actingCrew, actingScript } from "./acting-crew.ts";
import { Failpoints } from "./failpoints.ts";
import { openQuery, type Query } from "./open-query.ts";

export interface WorldOptions {
  workers: number;
  script?: FakeScriptInput;
  /** A PostgreSQL that may be killed; otherwise a database on the server of all tests. */
  hasOwnPostgres?: boolean;
  /** For every process. */
  env?: Record<string, string>;
}

/** An installation of real processes with everything around it that tests look into: the provider, the sink, the links. */
export interface World extends AsyncDisposable {
  installation: Installation;
  fake: FakeProvider;
  sink: EffectsSink;
  ada: Member;
  /** `actingCrew`. */
  crewId: string;
  failpoints: Failpoints;
  /** Between the service and PostgreSQL. */
  links: { api: FaultProxy; worker: FaultProxy };
  /** Where `hasOwnPostgres`. */
  postgres: TestPostgres | undefined;
  query: Query;
  startRun(topic: string, crewId?: string): Promise<string>;
  /** The process of that id has ended by itself: waits for it and starts the same service again. */
  replace(pid: number): Promise<ServiceName>;
  openApprovals(runId: string): Promise<Approval[]>;
}

export async function startWorld(options: WorldOptions): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const failpoints = stack.use(new Failpoints());
  const fake = stack.use(await startFakeProvider({ script: options.script ?? actingScript() }));
  const sink = stack.use(await startEffectsSink());
  const mcp = stack.use(await startMcpServer(sink.mcpTools(["book", "look"])));
  const postgres = options.hasOwnPostgres ? stack.use(await startTestPostgres()) : undefined;
  const databaseUrl = postgres?.databaseUrl ?? stack.use(await openTestDatabase()).databaseUrl;
  const port = Number(new URL(databaseUrl).port);
  const links = { api: stack.use(await startFaultProxy({ port })), worker: stack.use(await startFaultProxy({ port })) };
  const { query } = stack.use(openQuery(databaseUrl));
  const installation = stack.use(
    await startInstallation("distributed", {
      fake,
      databaseUrl,
      isHeadless: true,
      workers: options.workers,
      scripts: { worker: "tests/faults/worker-with-failpoints.ts" },
      env: {
        CREW_EGRESS_ALLOW: [new URL(fake.url).host, sink.host, mcp.host].join(","),
        CREW_FAULT_POINTS: failpoints.folder,
        LOG_LEVEL: "warn",
        ...options.env,
      },
      envOf: (name) => ({ DATABASE_URL: through(databaseUrl, name.startsWith("worker") ? links.worker : links.api) }),
    }),
  );
  const ada = await joinInstallation(installation.origin);
  await addTools(ada, mcp.url);
  // Never reached; its sums have to be right whoever was killed.
  await ada.call("POST", "/v1/budgets", { name: "Calls", scope: "workspace", period: "total", measure: "calls", limit: "1000000" });
  const { id: crewId } = await ada.call("POST", "/v1/crews", actingCrew(sink.url));
  const disposable = stack.move();
  return {
    installation,
    fake,
    sink,
    ada,
    crewId,
    failpoints,
    links,
    postgres,
    query,
    startRun: async (topic, crew = crewId) => (await ada.call("POST", `/v1/crews/${crew}/runs`, { inputs: { topic } })).id,
    async replace(pid) {
      const name = installation.nameOf(pid);
      await installation.forget(name);
      await installation.start(name);
      return name;
    },
    openApprovals: async (runId) => {
      const { data } = (await ada.call("GET", `/v1/runs/${runId}/approvals`)) as { data: Approval[] };
      return data.filter(({ decision }) => decision === null);
    },
    [Symbol.asyncDispose]: () => disposable.disposeAsync(),
  };
}

/** As an admin adds them: by the server's address, each tool approved with its class. */
async function addTools(ada: Member, url: string): Promise<void> {
  const { id } = await ada.call("POST", "/v1/mcp-servers", { name: "world", url });
  const { tools } = await ada.call("POST", `/v1/mcp-servers/${id}/refresh`);
  for (const { name, hash, originalName } of tools) {
    const body = { hash, class: originalName === "book" ? "idempotent" : "read" };
    await ada.call("POST", `/v1/mcp-servers/${id}/tools/${name}/approve`, body);
  }
}

function through(databaseUrl: string, { port }: FaultProxy): string {
  const url = new URL(databaseUrl);
  url.port = String(port);
  return url.href;
}
