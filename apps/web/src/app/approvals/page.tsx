import type { Metadata } from "next";
import { ApprovalInbox } from "../../features/approvals/approval-inbox.tsx";

export const metadata: Metadata = { title: "Approvals" };

export default function Page() {
  return <ApprovalInbox />;
}
