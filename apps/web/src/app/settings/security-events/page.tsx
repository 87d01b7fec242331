import type { Metadata } from "next";
import { SecurityEventLog } from "../../../features/security-events/security-event-log.tsx";

export const metadata: Metadata = { title: "Security events" };

export default function Page() {
  return <SecurityEventLog />;
}
