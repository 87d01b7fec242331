/**
 * The workspace that this window works in. Read by the script in the page's head too (`page-script.ts`), so that what
 * is asked for early is asked of the same one. A new window begins with the one that was chosen last.
 */
const KEY = "workspace";
const HEADER = "x-workspace-id";

/** `null`: the server takes the one that was used last. */
export function chosenWorkspace(): string | null {
  try {
    const id = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
    return id && /^workspace_[0-9a-z]{26}$/.test(id) ? id : null;
  } catch {
    return null;
  }
}

/** The header that every call carries. */
export function workspaceHeaders(): Record<string, string> {
  const id = chosenWorkspace();
  return id ? { [HEADER]: id } : {};
}

/** Remembers the choice, in this window and for the next one. Load the page anew after it: nothing of the other may stay in memory. */
export function chooseWorkspace(id: string | null): void {
  try {
    for (const storage of [sessionStorage, localStorage]) {
      if (id === null) storage.removeItem(KEY);
      else storage.setItem(KEY, id);
    }
  } catch {
    // A browser that keeps nothing works in the workspace that the server chooses.
  }
}
