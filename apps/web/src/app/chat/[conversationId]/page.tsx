import type { Metadata } from "next";
import { ChatPage } from "../../../features/chat/chat-page.tsx";

export const metadata: Metadata = { title: "Chat" };

/** One static file serves every conversation: the id stands in the address alone. */
export function generateStaticParams() {
  return [{ conversationId: "_" }];
}

export default function Page() {
  return <ChatPage />;
}
