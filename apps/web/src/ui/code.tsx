import { classNames } from "./class-names.ts";
import { CopyButton } from "./copy-button.tsx";

/** Preformatted text with a copy button; scrolls inside itself, never the page. */
export function Code({ text, label, wrap = false, className }: { text: string; label?: string; wrap?: boolean; className?: string }) {
  return (
    <section
      aria-label={label ?? "Code"}
      className={classNames("flex min-w-0 items-start rounded-md border border-line bg-sunken", className)}
    >
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        className={classNames(
          "max-h-96 min-w-0 flex-1 overflow-auto p-3 pr-1 font-mono text-xs leading-5",
          wrap && "break-words whitespace-pre-wrap",
        )}
      >
        {text}
      </pre>
      <CopyButton text={text} className="m-1" />
    </section>
  );
}
