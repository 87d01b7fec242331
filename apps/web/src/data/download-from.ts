import { ApiError } from "@crew/client/api-error";
import { downloadText } from "../ui/download-text.ts";
import { workspaceHeaders } from "./chosen-workspace.ts";

/** Reads a text of the API and hands it to the browser as a file; a plain link could not say which workspace is meant. */
export async function downloadFrom(url: string, name: string): Promise<void> {
  const response = await fetch(url, { headers: workspaceHeaders() });
  if (!response.ok) {
    const said = (await response.json().catch(() => ({}))) as { detail?: string; requestId?: string };
    throw new ApiError({
      code: response.status === 403 ? "forbidden" : "unavailable",
      status: response.status,
      detail: said.detail ?? "The platform does not answer right now. Try again in a moment.",
      requestId: said.requestId,
    });
  }
  downloadText(name, await response.text(), response.headers.get("content-type")?.split(";")[0]);
}
