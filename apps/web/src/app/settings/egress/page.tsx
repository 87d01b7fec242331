import type { Metadata } from "next";
import { EgressSettings } from "../../../features/egress/egress-settings.tsx";

export const metadata: Metadata = { title: "Outgoing hosts" };

export default function Page() {
  return <EgressSettings />;
}
