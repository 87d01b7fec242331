import type { Metadata } from "next";
import { VerifyEmailPage } from "../../features/sessions/verify-email-page.tsx";

export const metadata: Metadata = { title: "Confirm your e-mail" };

export default function Page() {
  return <VerifyEmailPage />;
}
