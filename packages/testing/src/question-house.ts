import type { Approval, DecideApproval } from "@crew/contracts/approvals";
import type { CrewInput } from "@crew/contracts/crews";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { RunEvent } from "@crew/contracts/run-events";
import type { Run } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { decideApproval } from "@crew/core/approvals/decide-approval";
import { listApprovals } from "@crew/core/approvals/list-approvals";
import { createCrew } from "@crew/core/crews/create-crew";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { startRun } from "@crew/core/runs/start-run";
import { buildCrew } from "./build-crew.ts";
import type { FakeProvider } from "./fake-provider/start-fake-provider.ts";
import { openModelHouse } from "./open-model-house.ts";
import type { openTestSystem, TestSystem } from "./open-test-system.ts";
import { untilRun } from "./until-run.ts";

/** A workspace whose crews ask people, and what tests do there. */
export interface QuestionHouse extends AsyncDisposable {
  system: TestSystem;
  fake: FakeProvider;
  ada: Actor;
  as(actor: Actor): TestSystem & { actor: Actor };
  /** Starts a crew of one agent and one task. */
  start(crew?: Partial<CrewInput>, parts?: { tools?: string[]; humanInput?: boolean }): Promise<Run>;
  /** The question that the run waits with. */
  asked(runId: string): Promise<Approval>;
  decide(approval: Pick<Approval, "id">, answer: Partial<DecideApproval> & Pick<DecideApproval, "decision">, by?: Actor): Promise<Approval>;
  ended(runId: string): Promise<Run>;
  events(runId: string): Promise<RunEvent[]>;
  /** As if its deadline had come. */
  passDeadline(approval: Pick<Approval, "id">): Promise<void>;
}

export async function openQuestionHouse(options: Parameters<typeof openTestSystem>[0] = {}): Promise<QuestionHouse> {
  const house = await openModelHouse(undefined, options);
  const { system, fake, ada, as } = house;
  const asked = async (runId: string) => {
    const open = async () => (await listApprovals(as(ada), runId)).data.find(({ decision }) => decision === null);
    await untilRun(system, ada, runId, (run) => run.state === "waiting");
    const found = await open();
    if (!found) throw new Error("the run waits without a question");
    return found;
  };
  return {
    system,
    fake,
    ada,
    as,
    async start(crew = {}, { tools = [], humanInput = false } = {}) {
      const { agents, tasks } = buildCrew();
      const { id } = await createCrew(
        as(ada),
        buildCrew({
          model: "fake/fake-model",
          agents: agents.slice(0, 1).map((agent) => ({ ...agent, tools })),
          tasks: tasks.slice(0, 1).map((task) => ({ ...task, humanInput })),
          ...crew,
        }),
      );
      return startRun(as(ada), id, { inputs: { topic: "tides" }, documents: [] });
    },
    asked,
    decide: (approval, answer, by = ada) => decideApproval(as(by), approval.id, { feedback: "", ...answer }),
    ended: (runId) => untilRun(system, ada, runId),
    events: async (runId) => (await listRunEvents(as(ada), runId, { after: 0, limit: 1000 })).data,
    async passDeadline({ id }) {
      await system.pool.query("UPDATE approvals SET deadline_at = now() - interval '1 second' WHERE id = $1", [uuidFromTypeId(id)]);
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}
