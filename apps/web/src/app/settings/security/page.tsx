import type { Metadata } from "next";
import { SecuritySettings } from "../../../features/security/security-settings.tsx";

export const metadata: Metadata = { title: "Security" };

export default function Page() {
  return <SecuritySettings />;
}
