import { RouteLink, type RouteLinkProps } from "./route-link.tsx";

/** A link among words. */
export function TextLink(props: RouteLinkProps) {
  return <RouteLink className="rounded-sm text-accent underline underline-offset-2" {...props} />;
}
