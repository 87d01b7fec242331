import type { Metadata } from "next";
import { ForgotPasswordForm } from "../../features/sessions/forgot-password-form.tsx";

export const metadata: Metadata = { title: "Forgot password" };

export default function Page() {
  return <ForgotPasswordForm />;
}
