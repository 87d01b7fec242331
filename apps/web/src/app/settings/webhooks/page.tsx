import type { Metadata } from "next";
import { WebhookSettings } from "../../../features/webhooks/webhook-settings.tsx";

export const metadata: Metadata = { title: "Webhooks" };

export default function Page() {
  return <WebhookSettings />;
}
