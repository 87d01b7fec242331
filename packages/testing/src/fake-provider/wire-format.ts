import type { PlannedAnswer } from "./planned-answer.ts";

export interface WireCall {
  id: string;
  model: string;
  wantsUsage: boolean;
}

/** How a protocol writes an answer. Each event is a whole server-sent event, blank line included. */
export interface WireFormat {
  events(call: WireCall, answer: PlannedAnswer): string[];
  /** What only a complete stream ends with. */
  endMark: string;
  /** The body of an answer that is not streamed. */
  whole(call: WireCall, answer: PlannedAnswer): object;
  errorEvent(type: string, message: string): string;
  errorBody(status: number, message: string): object;
}
