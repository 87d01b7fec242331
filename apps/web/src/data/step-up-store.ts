/** One question to the person at a time: who they are, once more, before something that matters. */
interface Question {
  confirm: () => void;
  decline: () => void;
  done: Promise<void>;
}

let open: Question | null = null;
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

/** Opens the dialog that asks who it is; resolves when the session is fresh, rejects with `error` when the person declines. */
export function askForStepUp(error: unknown): Promise<void> {
  if (!open) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    open = { confirm: resolve, decline: () => reject(error), done: promise };
    tell();
  }
  return open.done;
}

/** Told by the dialog. */
export function answerStepUp(outcome: "confirmed" | "declined"): void {
  const question = open;
  open = null;
  tell();
  if (outcome === "confirmed") question?.confirm();
  else question?.decline();
}

export function isStepUpAsked(): boolean {
  return open !== null;
}

export function subscribeToStepUp(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
