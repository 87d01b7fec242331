"use client";

import type { ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { classNames } from "./class-names.ts";
import { OutsideLink } from "./outside-link.tsx";

const plugins = [remarkGfm];

const components: Components = {
  a: ({ href, children }) => <OutsideLink href={href}>{children}</OutsideLink>,
  // An image would tell another host that this page was read: it becomes a link that a person may follow.
  img: ({ src, alt }) => <OutsideLink href={typeof src === "string" ? src : undefined}>{alt || "image"}</OutsideLink>,
  // The boxes of a task list are text: they say what is done and take no press.
  input: ({ checked }) => <input type="checkbox" checked={checked ?? false} disabled aria-label={checked ? "done" : "to do"} />,
  table: ({ children }) => (
    <div className="overflow-x-auto">
      <table>{children}</table>
    </div>
  ),
  // The page has one `h1`; headings of a text come below it.
  h1: ({ children }) => <Heading level={1}>{children}</Heading>,
  h2: ({ children }) => <Heading level={2}>{children}</Heading>,
  h3: ({ children }) => <Heading level={3}>{children}</Heading>,
  h4: ({ children }) => <Heading level={3}>{children}</Heading>,
  h5: ({ children }) => <Heading level={3}>{children}</Heading>,
  h6: ({ children }) => <Heading level={3}>{children}</Heading>,
};

function Heading({ level, children }: { level: 1 | 2 | 3; children: ReactNode }) {
  if (level === 1) return <h3 className="text-lg font-semibold">{children}</h3>;
  if (level === 2) return <h4 className="text-base font-semibold">{children}</h4>;
  return <h5 className="text-sm font-semibold">{children}</h5>;
}

const prose =
  "min-w-0 space-y-3 break-words leading-[1.6] [&_ul]:list-disc [&_ol]:list-decimal [&_ul]:pl-5 [&_ol]:pl-5 [&_li]:my-1 [&_li>p]:my-0 [&_blockquote]:border-l-2 [&_blockquote]:border-line-strong [&_blockquote]:pl-3 [&_blockquote]:text-muted [&_pre]:overflow-x-auto [&_pre]:rounded-md [&_pre]:border [&_pre]:border-line [&_pre]:bg-sunken [&_pre]:p-3 [&_pre]:text-xs [&_pre]:leading-5 [&_code]:font-mono [&_:not(pre)>code]:rounded-sm [&_:not(pre)>code]:bg-sunken [&_:not(pre)>code]:px-1 [&_:not(pre)>code]:text-[0.92em] [&_hr]:border-line [&_table]:w-full [&_table]:text-sm [&_th]:border-b [&_th]:border-line-strong [&_th]:p-1.5 [&_th]:text-left [&_th]:font-medium [&_td]:border-b [&_td]:border-line [&_td]:p-1.5 [&_td]:align-top [&_input]:mr-1.5 [&_input]:accent-accent";

/** Raw HTML in the text is shown as text: react-markdown never parses it, and no plugin here does. */
export default function MarkdownView({ text, className }: { text: string; className?: string }) {
  return (
    <div className={classNames(prose, className)}>
      <ReactMarkdown remarkPlugins={plugins} components={components} skipHtml={false}>
        {text}
      </ReactMarkdown>
    </div>
  );
}
