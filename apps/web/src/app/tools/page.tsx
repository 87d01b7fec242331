import type { Metadata } from "next";
import { ToolList } from "../../features/tools/tool-list.tsx";

export const metadata: Metadata = { title: "Tools" };

export default function Page() {
  return <ToolList />;
}
