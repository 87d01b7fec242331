"use client";

import type { Me } from "@crew/contracts/session";
import { useEffect, useRef } from "react";
import { endedAccess, keepLostWorkspace } from "../data/ended-access.ts";
import { isLeavingByWill } from "../data/leaving.ts";

/**
 * True as soon as this window has lost its session or its workspace, which somebody else may have ended. It goes on by
 * a full load: nothing of the one before stays in memory.
 */
export function useEndedAccess(me: Me | null | undefined): boolean {
  const before = useRef<Me | null>(null);
  const ended = me === undefined ? null : endedAccess(before.current, me, location.pathname + location.search);
  useEffect(() => {
    if (me === undefined) return;
    if (!ended) {
      before.current = me;
      return;
    }
    if (isLeavingByWill()) return;
    if (ended.lost !== null) keepLostWorkspace(ended.lost);
    location.replace(ended.path);
  }, [me, ended]);
  return ended !== null;
}
