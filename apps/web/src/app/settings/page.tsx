import type { Metadata } from "next";
import { ProfileSettings } from "../../features/settings/profile-settings.tsx";

export const metadata: Metadata = { title: "Profile" };

export default function Page() {
  return <ProfileSettings />;
}
