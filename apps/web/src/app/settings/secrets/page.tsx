import type { Metadata } from "next";
import { SecretSettings } from "../../../features/secrets/secret-settings.tsx";

export const metadata: Metadata = { title: "Secrets" };

export default function Page() {
  return <SecretSettings />;
}
