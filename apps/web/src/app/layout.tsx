import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { ConsoleRoot } from "./console-root.tsx";
import "./globals.css";
import { PAGE_SCRIPT } from "./page-script.ts";

export const metadata: Metadata = {
  title: { default: "CrewAI Platform", template: "%s · CrewAI Platform" },
  description: "Design crews of AI agents, run them durably and watch them live.",
  robots: { index: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fbfbfa" },
    { media: "(prefers-color-scheme: dark)", color: "#0e0f11" },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    // The script sets `data-theme` before React takes over.
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own constant, which must run before the other scripts are here */}
        <script dangerouslySetInnerHTML={{ __html: PAGE_SCRIPT }} />
      </head>
      <body>
        <ConsoleRoot>{children}</ConsoleRoot>
      </body>
    </html>
  );
}
