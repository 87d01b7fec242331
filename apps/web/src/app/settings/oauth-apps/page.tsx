import type { Metadata } from "next";
import { OauthAppSettings } from "../../../features/oauth/oauth-app-settings.tsx";

export const metadata: Metadata = { title: "OAuth apps" };

export default function Page() {
  return <OauthAppSettings />;
}
