import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

export interface Column<T> {
  id: string;
  header: ReactNode;
  cell: (row: T) => ReactNode;
  align?: "right";
  /** Tailwind width and visibility, such as `w-32 max-md:hidden`. */
  className?: string;
}

export interface TableProps<T> {
  /** Says what the table lists. */
  caption: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  className?: string;
}

/**
 * A dense list of rows. To make a whole row clickable, give its main cell a link with `after:absolute after:inset-0`
 * (the row is its frame) and put other controls above it with `relative z-10`.
 */
export function Table<T>({ caption, columns, rows, rowKey, className }: TableProps<T>) {
  return (
    <table className={classNames("w-full table-fixed border-collapse text-base", className)}>
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr className="border-b border-line text-left text-xs text-faint">
          {columns.map((column) => (
            <th
              key={column.id}
              scope="col"
              className={classNames(
                "h-8 px-2 font-medium first:pl-4 last:pr-4",
                column.align === "right" && "text-right",
                column.className,
              )}
            >
              {column.header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} className="relative border-b border-line last:border-b-0 hover:bg-hover/60 has-focus-visible:bg-hover/60">
            {columns.map((column) => (
              <td
                key={column.id}
                className={classNames(
                  "h-11 truncate px-2 py-1.5 align-middle first:pl-4 last:pr-4",
                  // Buttons: a cell that is some pixels short must not end in dots.
                  column.align === "right" && "overflow-visible text-right text-clip",
                  column.className,
                )}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
