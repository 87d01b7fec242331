"use client";

import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";
import { controlClass, useFieldLink } from "./field.tsx";

/** Grows with its text up to `max-h-96`, then scrolls. */
export function Textarea({ className, rows = 3, ...rest }: ComponentProps<"textarea">) {
  return (
    <textarea
      rows={rows}
      {...useFieldLink()}
      className={classNames(controlClass, "field-sizing-content max-h-96 min-h-16 resize-y py-1.5 leading-5", className)}
      {...rest}
    />
  );
}
