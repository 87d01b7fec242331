export interface Toast {
  id: number;
  tone: "good" | "bad";
  text: string;
  detail?: string | undefined;
}

const MAX_SHOWN = 4;
let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Says in a corner what has happened. For what a person must answer, use a dialog instead. */
export function showToast(text: string, options: { tone?: Toast["tone"]; detail?: string } = {}): void {
  set([...toasts, { id: nextId++, tone: options.tone ?? "good", text, detail: options.detail }].slice(-MAX_SHOWN));
}

export function dismissToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

export function listToasts(): readonly Toast[] {
  return toasts;
}

export function subscribeToToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
