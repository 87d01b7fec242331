import type { Db, DbPool, Statements } from "@crew/core/system";
import type { OpenSystem } from "@crew/platform/open-system";
import { comeBy, type Failpoint } from "./failpoints.ts";

/** The same system with failpoints at its ports. */
export function armPorts(system: OpenSystem, folder: string): OpenSystem {
  const pass = (point: Failpoint, detail: () => string) => comeBy(folder, point, detail);
  return {
    ...system,
    statements: armStatements(system.statements, pass),
    db: armTransactions(system.db, pass),
    walls: {
      around(workspaceId) {
        const { db, statements } = system.walls.around(workspaceId);
        return { db: armTransactions(db, pass), statements: armStatements(statements, pass) };
      },
    },
    models: {
      ...system.models,
      route(settings, modelId) {
        const route = system.models.route(settings, modelId);
        return {
          ...route,
          async stream(request, options) {
            const detail = () => JSON.stringify(request.messages);
            pass("attempt_recorded", detail);
            const reply = await route.stream(request, options);
            pass("reply_read", detail);
            return reply;
          },
        };
      },
    },
    mcp: {
      ...system.mcp,
      async callTool(server, call, exchange) {
        const detail = () => `${call.name} ${call.idempotencyKey}`;
        pass("tool_begun", detail);
        const answer = await system.mcp.callTool(server, call, exchange);
        pass("effect_done", detail);
        return answer;
      },
    },
    egress: {
      ...system.egress,
      async request(url, options) {
        pass("tool_begun", () => url);
        const answer = await system.egress.request(url, options);
        pass("effect_done", () => url);
        return answer;
      },
    },
  };
}

type Pass = (point: Failpoint, detail: () => string) => void;

function armStatements(statements: Statements, pass: Pass): Statements {
  return {
    async run<Row>(...[statement, values]: Parameters<Statements["run"]>) {
      const detail = () => JSON.stringify(values);
      const isEnd = statement.name.startsWith("journal_end");
      if (isEnd) pass("before_end", detail);
      pass(`before:${statement.name}`, detail);
      const rows = await statements.run<Row>(statement, values);
      pass(`after:${statement.name}`, detail);
      if (statement.name.startsWith("journal")) pass("journaled", detail);
      if (isEnd) pass("end_stored", detail);
      const claimed = statement.name === "claim_runs" ? (rows as { id: string | null }[]).filter(({ id }) => id) : [];
      if (claimed.length > 0) pass("claimed", () => JSON.stringify(claimed));
      return rows;
    },
  };
}

/** The detail of a transaction is the stack of whoever opened it, so the file of a verb names it. */
function armTransactions(db: DbPool, pass: Pass): DbPool {
  const transaction: DbPool["transaction"] = async (work, config) => {
    const { stack = "" } = new Error("opened here");
    const result = await db.transaction(async (opened) => {
      const done = await work(opened);
      pass("before_commit", () => stack);
      return done;
    }, config);
    pass("after_commit", () => stack);
    return result;
  };
  return new Proxy(db as Db & DbPool, {
    get: (target, name) => (name === "transaction" ? transaction : Reflect.get(target, name, target)),
  });
}
