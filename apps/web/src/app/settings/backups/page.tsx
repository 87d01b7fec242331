import type { Metadata } from "next";
import { BackupSettings } from "../../../features/backups/backup-settings.tsx";

export const metadata: Metadata = { title: "Backups" };

export default function Page() {
  return <BackupSettings />;
}
