"use client";

import { useRouter } from "next/navigation";
import { useMemo } from "react";
import { mayLeavePage } from "./platform-in-reach.ts";

/** Goes to another page of the console without loading it anew; stays where the server cannot be reached. */
export function useNavigate() {
  const router = useRouter();
  return useMemo(
    () => ({
      push: (href: string) => void mayLeavePage().then((may) => may && router.push(href)),
      replace: (href: string) => router.replace(href),
    }),
    [router],
  );
}
