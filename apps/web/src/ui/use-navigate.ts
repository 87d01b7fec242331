"use client";

import { useRouter } from "next/navigation";
import { useMemo } from "react";

/** Goes to another page of the console without loading it anew. */
export function useNavigate() {
  const router = useRouter();
  return useMemo(
    () => ({
      push: (href: string) => router.push(href),
      replace: (href: string) => router.replace(href),
    }),
    [router],
  );
}
