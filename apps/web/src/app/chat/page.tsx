import type { Metadata } from "next";
import { ChatPage } from "../../features/chat/chat-page.tsx";

export const metadata: Metadata = { title: "Chat" };

export default function Page() {
  return <ChatPage />;
}
