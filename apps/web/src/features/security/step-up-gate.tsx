"use client";

import { lazy, Suspense, useSyncExternalStore } from "react";
import { isStepUpAsked, subscribeToStepUp } from "../../data/step-up-store.ts";

const StepUpDialog = lazy(() => import("./step-up-dialog.tsx"));

/** Where the question who one is appears, on whatever page it is asked. */
export function StepUpGate() {
  const isAsked = useSyncExternalStore(subscribeToStepUp, isStepUpAsked, () => false);
  return <Suspense fallback={null}>{isAsked ? <StepUpDialog /> : null}</Suspense>;
}
