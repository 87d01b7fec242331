import { showToast } from "./toast-store.ts";

const PATIENCE_MS = 3_000;
let isDoubtful = false;

/** Told by who notices: the live connection. A doubt, not a fact: something in between may refuse sockets alone. */
export function doubtReach(value: boolean): void {
  isDoubtful = value;
}

export function isReachDoubtful(): boolean {
  return isDoubtful;
}

/**
 * Whether a page could be left now. Without the server, the next page would be the browser's own error page, and what
 * was written here would be gone.
 */
export async function mayLeavePage(): Promise<boolean> {
  if (!isDoubtful) return true;
  try {
    const answer = await fetch("/v1/installation", { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok) return true;
  } catch {
    // Told below.
  }
  showToast("The platform cannot be reached.", {
    tone: "bad",
    detail: "This page stays open with all that is on it. Check that the platform runs, then try again.",
  });
  return false;
}
