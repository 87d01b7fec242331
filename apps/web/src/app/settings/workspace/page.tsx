import type { Metadata } from "next";
import { WorkspaceSettings } from "../../../features/workspaces/workspace-settings.tsx";

export const metadata: Metadata = { title: "Workspace" };

export default function Page() {
  return <WorkspaceSettings />;
}
