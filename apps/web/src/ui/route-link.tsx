"use client";

import NextLink from "next/link";
import type { ComponentProps } from "react";

export interface RouteLinkProps extends Omit<ComponentProps<"a">, "href"> {
  href: string;
}

/** A link inside the console. Use it instead of `next/link`: it knows how the static export is served. */
export function RouteLink({ href, ...rest }: RouteLinkProps) {
  return <NextLink href={href} prefetch={false} {...rest} />;
}
