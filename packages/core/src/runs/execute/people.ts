import type { ApprovalKind, PersonDecision } from "@crew/contracts/approvals";
import type { GatedCall, UnknownCall } from "@crew/contracts/tools";
import type { Place } from "@crew/engine/host";
import { answerOfDeadline, byDeadline } from "./answer-of-deadline.ts";
import { callHash } from "./call-hash.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { inputHash } from "./input-hash.ts";
import type { DecidedApproval } from "./journaled-approval.ts";
import { RunParked } from "./run-interrupts.ts";

export interface Question {
  kind: ApprovalKind;
  message: string;
  output: string;
  /** Of a `tool_call` and of a `question`. */
  call?: GatedCall;
  /** JSON Schema that edited arguments of the call must fit. */
  callParameters?: Record<string, unknown>;
  /** Of a `question`. */
  choices?: readonly string[];
  /** Of a `needs_attention`. */
  unknownCall?: UnknownCall;
}

export interface Answer {
  decision: PersonDecision;
  feedback: string;
  /** Of the call that may run: the one that the person saw, or what they made of it. */
  callHash?: string;
  /** With `edit`, the draft or the arguments of a call as they are now. */
  output?: string;
  args?: Record<string, unknown>;
  /** Nobody answered: the crew's rule did. */
  isByDeadline?: true;
}

/** Returns a person's answer, or parks the run until there is one; parked, it holds no worker, connection or timer. */
export async function askPerson(context: ExecutionContext, key: string, question: Question, place: Place): Promise<Answer> {
  const { journal } = context;
  const step = journal.contents.steps.get(key);
  if (step?.state === "done") return step.result as Answer;
  const approval = journal.contents.approvals.get(key);
  if (approval?.decision) return takeAnswer(context, key, question, approval, place);
  context.refuseWhenStopping();
  await park(context, key, question, approval?.id ?? context.system.newId("approval"), place);
  throw new RunParked();
}

function takeAnswer(context: ExecutionContext, key: string, question: Question, approval: DecidedApproval, place: Place): Answer {
  const { journal } = context;
  const answer = approval.decision === "expired" ? expired(context, key, question, approval, place) : answerOf(approval);
  if (!answer.isByDeadline)
    journal.emit(
      `${key}/received`,
      "human_feedback_received",
      {
        approvalId: approval.id,
        outcome: answer.decision,
        feedback: answer.feedback,
        by: approval.decidedBy ?? "",
        ...(answer.output !== undefined && { output: answer.output }),
        ...(answer.args !== undefined && { arguments: answer.args }),
      },
      place,
    );
  const now = context.now();
  journal.recordStep({
    key,
    kind: "human",
    class: "read",
    state: "done",
    inputHash: inputHash(question),
    result: answer,
    startedAt: now,
    endedAt: now,
  });
  journal.commitSoon();
  return answer;
}

function answerOf({ decision, feedback, call, editedOutput, editedArguments }: DecidedApproval): Answer {
  const hash = call && (editedArguments === null ? call.hash : callHash(call.tool, editedArguments));
  return {
    decision: decision as PersonDecision,
    feedback,
    ...(hash && { callHash: hash }),
    ...(editedOutput !== null && { output: editedOutput }),
    ...(editedArguments !== null && { args: editedArguments }),
  };
}

function expired(context: ExecutionContext, key: string, { kind }: Question, approval: DecidedApproval, place: Place): Answer {
  const action = byDeadline(approval.policy);
  context.journal.emit(`${key}/expired`, "human_feedback_expired", { approvalId: approval.id, action }, place);
  return { ...answerOfDeadline(kind, approval.policy), isByDeadline: true };
}

/** The last commit of this execution: the question, its event and the run's state. */
async function park(context: ExecutionContext, key: string, question: Question, id: string, place: Place): Promise<void> {
  const { journal, system } = context;
  const { definition, run } = journal.claim;
  const { kind, message, output, call = null, callParameters = null, choices, unknownCall = null } = question;
  const taskKey = definition?.tasks.find((task) => task.id === place.taskId)?.key ?? null;
  const agentKey = definition?.agents.find((agent) => agent.id === place.agentId)?.key ?? null;
  journal.recordApproval({
    id,
    stepKey: key,
    kind,
    taskKey,
    agentKey,
    message,
    output,
    call,
    callParameters,
    unknownCall,
    policy: definition?.humanPolicy ?? null,
    announce: system.installation.sendsMail,
  });
  journal.emit(
    `${key}/requested`,
    "human_feedback_requested",
    {
      approvalId: id,
      kind,
      taskKey,
      agentKey,
      message,
      output,
      ...(call && { call }),
      ...(choices && { choices: [...choices] }),
      ...(unknownCall && { unknownCall }),
    },
    place,
  );
  const reason = kind === "tool_call" ? "approval" : kind === "question" ? "human_input" : kind;
  journal.emit(`waiting:${run.attempt}`, "run_waiting", { reason, until: null, detail: message });
  await journal.leave({ state: "waiting", reason, wakeAt: null, releasedBecause: null, output: null, error: null, answer: null });
}
