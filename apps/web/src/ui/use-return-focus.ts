"use client";

import { useEffect } from "react";

/**
 * Gives the focus back to where it was before an overlay opened. The browser does so for a dialog that is closed, but
 * not for one that is taken out of the page. Call it before the effect that moves the focus into the overlay.
 */
export function useReturnFocus(isOpen = true): void {
  useEffect(() => {
    if (!isOpen) return;
    const before = document.activeElement;
    return () => {
      // After the overlay is gone; a focus that somebody has set meanwhile stays.
      setTimeout(() => {
        if (document.activeElement === document.body && before instanceof HTMLElement && before.isConnected) before.focus();
      });
    };
  }, [isOpen]);
}
