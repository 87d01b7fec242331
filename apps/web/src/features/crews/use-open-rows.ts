"use client";

import { useState } from "react";
import type { DraftRowState } from "./draft-state.ts";

/** Which rows are unfolded: new ones until they are folded, the others once they are unfolded. */
export function useOpenRows() {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const isOpen = (row: DraftRowState) => toggled.has(row.rowId) !== row.isNew;
  const toggle = (row: DraftRowState) =>
    setToggled((before) => {
      const after = new Set(before);
      if (!after.delete(row.rowId)) after.add(row.rowId);
      return after;
    });
  return { isOpen, toggle };
}

export type OpenRows = ReturnType<typeof useOpenRows>;
