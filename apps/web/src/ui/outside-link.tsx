import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";

/** Host of an http(s) address; `null` for everything else, which is then shown as text and leads nowhere. */
export function hostOf(href: string | undefined): string | null {
  if (!href || !URL.canParse(href)) return null;
  const url = new URL(href);
  return url.protocol === "https:" || url.protocol === "http:" ? url.host : null;
}

/**
 * A link out of the console. It shows the host that it leads to: the words of a link in a model's answer are the
 * model's, and may name another place than the address.
 */
export function OutsideLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  if (href?.startsWith("mailto:")) return <a href={href}>{children}</a>;
  const host = hostOf(href);
  if (!host) return <span>{children}</span>;
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="text-accent underline decoration-accent/40 underline-offset-2 hover:decoration-accent"
    >
      {children}
      <span className="ml-1 text-xs whitespace-nowrap text-faint no-underline">
        {host}
        <ExternalLink aria-label="(opens a new tab)" className="ml-0.5 inline size-3" />
      </span>
    </a>
  );
}
