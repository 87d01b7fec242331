import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";

/** Host of an http(s) address; `null` for everything else, which is then shown as text and leads nowhere. */
export function hostOf(href: string | undefined): string | null {
  if (!href || !URL.canParse(href)) return null;
  const url = new URL(href);
  return url.protocol === "https:" || url.protocol === "http:" ? url.host : null;
}

/** The one address of a mail link; subject, text and copies that somebody else has written are left out. */
export function mailAddressOf(href: string): string | null {
  const address = href.slice("mailto:".length).split("?")[0] ?? "";
  return /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/.test(address) ? address : null;
}

/**
 * A link out of the console. It shows the host that it leads to: the words of a link in a model's answer are the
 * model's, and may name another place than the address.
 */
export function OutsideLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  const address = href?.startsWith("mailto:") ? mailAddressOf(href) : null;
  if (address) {
    return (
      <a href={`mailto:${address}`} className="text-accent underline decoration-accent/40 underline-offset-2">
        {children}
        {children === address ? null : <span className="ml-1 text-xs text-faint no-underline">{address}</span>}
      </a>
    );
  }
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
