import type { Me } from "@crew/contracts/session";

const KEY = "ended-access";

type Who = Pick<Me, "userId" | "workspace">;

/**
 * Where a window has to go whose person was somebody a moment ago and is nobody now, or is let into another workspace
 * only. `null`: nothing ended.
 */
export function endedAccess(before: Who | null, now: Who | null, here: string): { path: string; lost: string | null } | null {
  if (before === null || (now && now.userId === before.userId && now.workspace.id === before.workspace.id)) return null;
  if (now === null) return { path: `/sign-in?ended=1${here === "/" ? "" : `&next=${encodeURIComponent(here)}`}`, lost: null };
  return { path: "/", lost: now.userId === before.userId ? before.workspace.name : null };
}

/** For the page that is loaded next: the workspace that the person is not in any more. */
export function keepLostWorkspace(name: string): void {
  try {
    sessionStorage.setItem(KEY, name);
  } catch {
    // A browser that keeps nothing shows the other workspace without a word.
  }
}

export function lostWorkspace(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function forgetLostWorkspace(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing is kept.
  }
}
