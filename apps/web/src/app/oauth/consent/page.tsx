import type { Metadata } from "next";
import { ConsentPage } from "../../../features/oauth/consent-page.tsx";

export const metadata: Metadata = { title: "Allow an app" };

export default function Page() {
  return <ConsentPage />;
}
