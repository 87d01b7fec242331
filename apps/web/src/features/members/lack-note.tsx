"use client";

import type { Permission } from "@crew/contracts/permissions";
import { permissionWords } from "../roles/permission-words.ts";
import { useMay } from "./use-may.ts";
import { WhomToAsk } from "./whom-to-ask.tsx";

export interface LackNoteProps {
  permission: Permission;
  /** A grant on one crew may allow what the role does not; only the server knows. */
  mayBeGranted?: boolean;
}

/** Says what the role does not allow and whom to ask; nothing for who may. */
export function LackNote({ permission, mayBeGranted = false }: LackNoteProps) {
  if (useMay(permission)) return null;
  return (
    <p className="text-xs text-muted">
      Your role does not let you {permissionWords(permission)}
      {mayBeGranted ? ", unless this crew lets you" : ""}. <WhomToAsk />
    </p>
  );
}
