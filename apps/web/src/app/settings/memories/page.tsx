import type { Metadata } from "next";
import { MemorySettings } from "../../../features/memories/memory-settings.tsx";

export const metadata: Metadata = { title: "Memory" };

export default function Page() {
  return <MemorySettings />;
}
