"use client";

import NextLink from "next/link";
import type { ComponentProps, MouseEvent } from "react";
import { isReachDoubtful } from "./platform-in-reach.ts";
import { useNavigate } from "./use-navigate.ts";

export interface RouteLinkProps extends Omit<ComponentProps<"a">, "href"> {
  href: string;
}

/** A link inside the console. Use it instead of `next/link`: it knows how the static export is served. */
export function RouteLink({ href, onClick, ...rest }: RouteLinkProps) {
  const { push } = useNavigate();
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || !isReachDoubtful() || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    push(href);
  };
  return <NextLink href={href} prefetch={false} onClick={follow} {...rest} />;
}
