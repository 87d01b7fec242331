import type { ReactNode } from "react";

/** What opens a table's row: its press area is the whole row. */
export function RowButton({ onPress, children }: { onPress: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      data-row
      className="max-w-full truncate text-left font-medium after:absolute after:inset-0 hover:underline"
      onClick={onPress}
    >
      {children}
    </button>
  );
}
