import type { Metadata } from "next";
import { AnswerPage } from "../../features/approvals/answer-page.tsx";

export const metadata: Metadata = { title: "Answer a question" };

export default function Page() {
  return <AnswerPage />;
}
