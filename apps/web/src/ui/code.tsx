import { classNames } from "./class-names.ts";
import { CopyButton } from "./copy-button.tsx";
import { ScrollRegion } from "./scroll-region.tsx";

/** Preformatted text with a copy button; scrolls inside itself, never the page. */
export function Code({ text, label, wrap = false, className }: { text: string; label?: string; wrap?: boolean; className?: string }) {
  return (
    <div className={classNames("flex min-w-0 items-start rounded-md border border-line bg-sunken", className)}>
      <ScrollRegion label={label ?? "Code"} className="max-h-96 min-w-0 flex-1 overflow-auto">
        <pre className={classNames("p-3 pr-1 font-mono text-xs leading-5", wrap && "break-words whitespace-pre-wrap")}>{text}</pre>
      </ScrollRegion>
      <CopyButton text={text} className="m-1" />
    </div>
  );
}
