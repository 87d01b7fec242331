"use client";

import { useEffect, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";

export interface UnsavedGuardProps {
  isDirty: boolean;
  /** Saves; false: it could not. */
  onSave: () => Promise<boolean>;
  onDiscard: () => void;
}

/**
 * Asks before a link leaves unsaved changes behind. Ways out that cannot be asked about (the back button, a jump by
 * key) lose nothing either: the draft is kept in this tab and found again.
 */
export function UnsavedGuard({ isDirty, onSave, onDiscard }: UnsavedGuardProps) {
  const { push } = useNavigate();
  const [target, setTarget] = useState<string | null>(null);

  useEffect(() => {
    if (!isDirty) return;
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (!link || link.target === "_blank" || link.origin !== location.origin || link.pathname === location.pathname) return;
      event.preventDefault();
      event.stopPropagation();
      setTarget(link.pathname + link.search + link.hash);
    };
    window.addEventListener("beforeunload", onUnload);
    document.addEventListener("click", onClick, true);
    return () => {
      window.removeEventListener("beforeunload", onUnload);
      document.removeEventListener("click", onClick, true);
    };
  }, [isDirty]);

  const leave = () => {
    if (target) push(target);
    setTarget(null);
  };

  return (
    <Dialog
      open={target !== null}
      onClose={() => setTarget(null)}
      title="Save your changes?"
      actions={
        <>
          <Button
            variant="ghost"
            onClick={() => {
              onDiscard();
              leave();
            }}
          >
            Discard them
          </Button>
          <Button onClick={() => setTarget(null)}>Stay here</Button>
          <Button variant="primary" onClick={() => void onSave().then((isSaved) => (isSaved ? leave() : setTarget(null)))}>
            Save and go
          </Button>
        </>
      }
    >
      <p className="text-muted">This crew has changes that are not saved.</p>
    </Dialog>
  );
}
