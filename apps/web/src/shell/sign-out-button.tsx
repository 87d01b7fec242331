"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { LogOut } from "lucide-react";
import { signOut } from "../features/sessions/auth-calls.ts";
import { explainError } from "../ui/explain-error.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { showToast } from "../ui/toast-store.ts";

/** In reach on every page, since whoever leaves a desk should not have to look for it. */
export function SignOutButton() {
  const queries = useQueryClient();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      queries.clear();
      // A full load: nothing of the session may stay in memory.
      location.assign("/sign-in");
    },
    onError: (error) => showToast("You are still signed in", { tone: "bad", detail: explainError(error).reason }),
  });
  return <IconButton label="Sign out" icon={<LogOut />} disabled={leave.isPending || leave.isSuccess} onClick={() => leave.mutate()} />;
}
