"use client";

import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { classNames } from "./class-names.ts";
import { levelHeadings } from "./level-headings.ts";
import { OutsideLink } from "./outside-link.tsx";
import { isOwnPlace } from "./own-place.ts";
import { TextLink } from "./text-link.tsx";

const plugins = [remarkGfm, levelHeadings];

/** What a text may become; anything else of it is shown as the text inside. */
const ALLOWED = [
  ...["a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "input", "li", "ol", "p", "pre"],
  ...["section", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"],
];

const components: Components = {
  a: ({ href, children }) =>
    isOwnPlace(href) ? <TextLink href={href}>{children}</TextLink> : <OutsideLink href={href}>{children}</OutsideLink>,
  // An image would tell another host that this page was read: it becomes a link that a person may follow.
  img: ({ src, alt }) => <OutsideLink href={typeof src === "string" ? src : undefined}>{alt || "image"}</OutsideLink>,
  // The boxes of a task list are text: they say what is done and take no press.
  input: ({ checked }) => <input type="checkbox" checked={checked ?? false} disabled aria-label={checked ? "done" : "to do"} />,
  table: ({ children }) => (
    <div className="overflow-x-auto">
      <table>{children}</table>
    </div>
  ),
};

const prose =
  "min-w-0 space-y-3 [&_h3]:text-lg [&_h3]:font-semibold [&_h4]:font-semibold [&_h5]:text-sm [&_h5]:font-semibold [&_h6]:text-sm [&_h6]:font-medium break-words leading-[1.6] [&_ul]:list-disc [&_ol]:list-decimal [&_ul]:pl-5 [&_ol]:pl-5 [&_li]:my-1 [&_.task-list-item]:list-none [&_.task-list-item]:-ml-5 [&_.task-list-item]:pl-5.5 [&_.task-list-item]:-indent-5.5 [&_li>p]:my-0 [&_blockquote]:border-l-2 [&_blockquote]:border-line-strong [&_blockquote]:pl-3 [&_blockquote]:text-muted [&_pre]:overflow-x-auto [&_pre]:rounded-md [&_pre]:border [&_pre]:border-line [&_pre]:bg-sunken [&_pre]:p-3 [&_pre]:text-xs [&_pre]:leading-5 [&_code]:font-mono [&_:not(pre)>code]:rounded-sm [&_:not(pre)>code]:bg-sunken [&_:not(pre)>code]:px-1 [&_:not(pre)>code]:text-[0.92em] [&_hr]:border-line [&_table]:w-full [&_table]:text-sm [&_th]:border-b [&_th]:border-line-strong [&_th]:p-1.5 [&_th]:text-left [&_th]:font-medium [&_td]:border-b [&_td]:border-line [&_td]:p-1.5 [&_td]:align-top [&_input]:mr-1 [&_input]:align-[-2px] [&_input]:accent-accent";

/** Raw HTML in the text is shown as text: react-markdown never parses it, and no plugin here does. */
export default function MarkdownView({ text, className }: { text: string; className?: string }) {
  return (
    <div className={classNames(prose, className)}>
      <ReactMarkdown remarkPlugins={plugins} components={components} allowedElements={ALLOWED} unwrapDisallowed skipHtml={false}>
        {text}
      </ReactMarkdown>
    </div>
  );
}
