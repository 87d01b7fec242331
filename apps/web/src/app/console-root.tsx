"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { LiveSocketProvider } from "../data/live-socket.tsx";
import { makeQueryClient } from "../data/query-client.ts";
import { StepUpGate } from "../features/security/step-up-gate.tsx";
import { AppShell } from "../shell/app-shell.tsx";
import { Toaster } from "../ui/toast.tsx";

export function ConsoleRoot({ children }: { children: ReactNode }) {
  const [client] = useState(makeQueryClient);
  return (
    <QueryClientProvider client={client}>
      <LiveSocketProvider>
        <AppShell>{children}</AppShell>
      </LiveSocketProvider>
      <StepUpGate />
      <Toaster />
    </QueryClientProvider>
  );
}
