import type { Metadata } from "next";
import { SchedulesPage } from "../../features/schedules/schedules-page.tsx";

export const metadata: Metadata = { title: "Schedules and triggers" };

export default function Page() {
  return <SchedulesPage />;
}
