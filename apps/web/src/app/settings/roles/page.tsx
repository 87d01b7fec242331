import type { Metadata } from "next";
import { RolesSettings } from "../../../features/roles/roles-settings.tsx";

export const metadata: Metadata = { title: "Roles" };

export default function Page() {
  return <RolesSettings />;
}
