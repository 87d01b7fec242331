"use client";

import { X } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { IconButton } from "./icon-button.tsx";
import { dismissToast, listToasts, subscribeToToasts, type Toast } from "./toast-store.ts";

const NONE: readonly Toast[] = [];

/** Where toasts appear; the shell shows it once. Say something with `showToast` of `toast-store.ts`. */
export function Toaster() {
  const toasts = useSyncExternalStore(subscribeToToasts, listToasts, () => NONE);
  return (
    <div
      role="log"
      aria-live="polite"
      aria-label="Notices"
      className="pointer-events-none fixed right-4 bottom-4 z-50 flex w-[min(360px,calc(100vw-32px))] flex-col gap-2 max-sm:bottom-20"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  useEffect(() => {
    // What went wrong stays until it is read; good news may go by itself.
    if (toast.tone === "bad") return;
    const timer = setTimeout(() => dismissToast(toast.id), 5_000);
    return () => clearTimeout(timer);
  }, [toast]);

  return (
    <div className="pointer-events-auto flex animate-slide-in items-start gap-2 rounded-lg border border-line bg-raised py-2 pr-1 pl-3 shadow-pop">
      <span aria-hidden="true" className={toast.tone === "bad" ? "text-bad" : "text-good"}>
        {toast.tone === "bad" ? "✕" : "✓"}
      </span>
      <div className="min-w-0 flex-1 py-px text-sm break-words">
        {toast.text}
        {toast.detail ? <p className="text-xs text-faint">{toast.detail}</p> : null}
      </div>
      <IconButton label="Dismiss" icon={<X />} onClick={() => dismissToast(toast.id)} className="size-6" />
    </div>
  );
}
