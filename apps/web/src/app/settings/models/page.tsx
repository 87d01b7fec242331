import type { Metadata } from "next";
import { ProviderSettings } from "../../../features/settings/provider-settings.tsx";

export const metadata: Metadata = { title: "Models" };

export default function Page() {
  return <ProviderSettings />;
}
