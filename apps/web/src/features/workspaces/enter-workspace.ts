import { chooseWorkspace } from "../../data/chosen-workspace.ts";
import { mayLeavePage } from "../../ui/platform-in-reach.ts";

/** Opens another workspace in this window; `null`: whichever the server knows. By a full load, so that nothing of the one before stays in memory. */
export async function enterWorkspace(id: string | null): Promise<void> {
  if (!(await mayLeavePage())) return;
  chooseWorkspace(id);
  location.assign("/");
}
