import type { AttemptOutcome, CallAttempt } from "@crew/contracts/runs";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { formatCount, formatDuration } from "../../ui/format-figures.ts";
import { isDemoModel } from "../models/demo-note.tsx";
import { againWords, attemptWords } from "./pace-words.ts";
import { costWords } from "./run-words.ts";

const OUTCOMES: Record<AttemptOutcome, { tone: BadgeTone; words: string }> = {
  pending: { tone: "accent", words: "under way" },
  completed: { tone: "good", words: "completed" },
  failed: { tone: "bad", words: "failed" },
  truncated: { tone: "warn", words: "cut off" },
  ambiguous: { tone: "warn", words: "unknown" },
  not_sent: { tone: "plain", words: "not sent" },
};

/** Being refused for now is no failure of the call; being stopped is none of the provider. */
const FAILURES: Partial<Record<NonNullable<CallAttempt["failure"]>, { tone: BadgeTone; words: string }>> = {
  rate_limited: { tone: "warn", words: "refused for now" },
  aborted: { tone: "plain", words: "stopped" },
};

/** One attempt to call a model: where, how it went, what it cost and what followed. */
export function LedgerAttempt({ attempt }: { attempt: CallAttempt }) {
  const { outcome, failure, stepKey, inputTokens, outputTokens, retryInMs } = attempt;
  const { tone, words } = (failure && FAILURES[failure]) || OUTCOMES[outcome];
  const tookMs = attempt.endedAt === null ? null : Date.parse(attempt.endedAt) - Date.parse(attempt.sentAt);
  const model = attempt.model.includes("/") ? attempt.model : `${attempt.provider}/${attempt.model}`;
  const about = attempt.isEstimated ? "about " : "";
  const isVoid = outcome !== "completed" && outcome !== "pending";
  return (
    <li className="flex flex-col gap-0.5 py-2 text-sm">
      <span className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-mono text-xs" title={stepKey}>
          {stepKey.slice(stepKey.indexOf("/") + 1)}
        </span>
        <Badge tone={tone}>{words}</Badge>
      </span>
      <span className="flex flex-wrap gap-x-2 text-xs text-faint">
        <span className="break-all">{model}</span>
        {inputTokens === null ? (
          isVoid ? null : (
            <span>tokens unknown</span>
          )
        ) : (
          <span>
            {about}
            {formatCount(inputTokens)} in, {formatCount(outputTokens ?? 0)} out
          </span>
        )}
        {tookMs === null ? null : <span>{formatDuration(tookMs)}</span>}
        {isVoid && inputTokens === null ? null : (
          <span className="ml-auto">
            {attempt.costUsd === null ? "" : about}
            {costWords(attempt.costUsd, isDemoModel(`${attempt.provider}/${attempt.model}`))}
          </span>
        )}
      </span>
      {isVoid && failure !== "aborted" ? (
        <span className="text-xs break-words text-muted">
          {attemptWords({ failure, outcome, message: attempt.error ?? "" })}
          {retryInMs === null ? "" : ` ${againWords(retryInMs)}`}
        </span>
      ) : null}
    </li>
  );
}
