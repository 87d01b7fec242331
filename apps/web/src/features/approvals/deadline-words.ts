import { formatMoment } from "../../ui/format-figures.ts";

interface Deadline {
  kind: string;
  deadlineAt: string | null;
  onDeadline: string | null;
  escalatedAt: string | null;
}

/** `Within 2 h, by 30 Nov 14:05; then the run fails.` Without a deadline nothing is said. */
export function deadlineWords(asked: Deadline, now: number): string | null {
  if (asked.deadlineAt === null) return null;
  const left = Date.parse(asked.deadlineAt) - now;
  const then = whatFollows(asked);
  if (left <= 0) return `Its time is over; ${then}.`;
  return `Within ${spanWords(left)}, by ${formatMoment(asked.deadlineAt)}; then ${then}.`;
}

function whatFollows({ kind, onDeadline, escalatedAt }: Deadline): string {
  if (onDeadline === "escalate" && escalatedAt === null) return "somebody else is asked too";
  if (onDeadline === "continue" || onDeadline === "answer") {
    if (kind === "tool_call") return "the call is refused and the run goes on";
    if (kind === "needs_attention") return "the run goes on without knowing";
    if (onDeadline === "answer") return "the crew's own answer is taken";
    return kind === "question" ? "the agent is told that nobody answered" : "the draft is taken as it is";
  }
  return "the run fails";
}

function spanWords(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.round(minutes / (24 * 60))} days`;
}
