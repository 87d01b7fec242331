const ENDING = "/reasoning";

/** What a model thinks streams beside what it says, by an id of its own: deltas of both have offsets from 0. */
export function reasoningStream(callId: string): string {
  return callId + ENDING;
}

/** The call that a delta belongs to, and whether it is of its thinking. */
export function callOfStream(id: string): { callId: string; isReasoning: boolean } {
  return id.endsWith(ENDING) ? { callId: id.slice(0, -ENDING.length), isReasoning: true } : { callId: id, isReasoning: false };
}
