import type { Metadata } from "next";
import { MembersSettings } from "../../../features/members/members-settings.tsx";

export const metadata: Metadata = { title: "Members" };

export default function Page() {
  return <MembersSettings />;
}
