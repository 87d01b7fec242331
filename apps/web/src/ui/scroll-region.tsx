import type { ComponentProps } from "react";

/** A part of the page that scrolls inside itself: named, and reached by keyboard. */
export function ScrollRegion({ label, children, ...rest }: ComponentProps<"section"> & { label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section aria-label={label} tabIndex={0} {...rest}>
      {children}
    </section>
  );
}
