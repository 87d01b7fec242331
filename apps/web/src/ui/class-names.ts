import { type ClassNameValue, twMerge } from "tailwind-merge";

/** Joins class names; a later one wins over an earlier one that sets the same property. */
export function classNames(...values: ClassNameValue[]): string {
  return twMerge(...values);
}
