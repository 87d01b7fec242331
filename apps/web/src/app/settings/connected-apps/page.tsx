import type { Metadata } from "next";
import { ConnectedApps } from "../../../features/oauth/connected-apps.tsx";

export const metadata: Metadata = { title: "Connected apps" };

export default function Page() {
  return <ConnectedApps />;
}
