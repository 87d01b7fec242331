"use client";

import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";
import { controlClass, useFieldLink } from "./field.tsx";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input type="text" {...useFieldLink()} className={classNames(controlClass, "h-8 max-sm:h-10", className)} {...rest} />;
}
