import type { Page } from "@crew/contracts/page";
import { z } from "zod";
import { AppError } from "./app-error.ts";

const Ids = z.array(z.string().regex(/^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}$/));

/** Opaque to clients: the sort key of the last row on the page, so that rows written meanwhile shift nothing. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** The sort key after which the page starts, empty for the first page. `key` is its shape, or of how many ids it is made. */
export function decodeCursor(cursor: string | undefined, key: number): string[];
export function decodeCursor<T extends unknown[]>(cursor: string | undefined, key: z.ZodType<T>): Partial<T>;
export function decodeCursor(cursor: string | undefined, key: number | z.ZodType<unknown[]>): unknown[] {
  if (cursor === undefined) return [];
  const shape = typeof key === "number" ? Ids.length(key) : key;
  const parsed = shape.safeParse(jsonOf(Buffer.from(cursor, "base64url").toString()));
  if (parsed.success) return parsed.data;
  throw new AppError("invalid", "This cursor is not one of this list. Leave it out to start at the first page.", {
    issues: [{ path: "cursor", message: "is not a cursor of this list" }],
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `found` was read with one more than `limit`: the extra one tells that there is a next page. */
export function pageFrom<T>(found: readonly T[], limit: number, keyOf: (item: T) => readonly (string | number)[]): Page<T> {
  const data = found.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: found.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}
