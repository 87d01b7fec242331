"use client";

import * as Parts from "radix-ui/tabs";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

export interface Tab {
  id: string;
  label: ReactNode;
  /** A count beside the label. */
  count?: number;
  content: ReactNode;
}

export interface TabsProps {
  tabs: Tab[];
  /** Names the group for screen readers. */
  label: string;
  value?: string;
  onChange?: (id: string) => void;
  className?: string;
  contentClassName?: string;
}

export function Tabs({ tabs, label, value, onChange, className, contentClassName }: TabsProps) {
  return (
    <Parts.Root
      value={value}
      defaultValue={tabs[0]?.id}
      onValueChange={onChange}
      className={classNames("flex min-w-0 flex-col", className)}
    >
      <Parts.List aria-label={label} className="flex shrink-0 gap-4 overflow-x-auto border-b border-line px-px">
        {tabs.map((tab) => (
          <Parts.Trigger
            key={tab.id}
            value={tab.id}
            className="-mb-px flex h-9 items-center gap-1.5 border-b-2 border-transparent text-sm font-medium whitespace-nowrap text-muted outline-offset-0 hover:text-text data-[state=active]:border-accent data-[state=active]:text-text max-sm:h-11"
          >
            {tab.label}
            {tab.count !== undefined ? <span className="text-xs font-normal text-faint">{tab.count}</span> : null}
          </Parts.Trigger>
        ))}
      </Parts.List>
      {tabs.map((tab) => (
        <Parts.Content key={tab.id} value={tab.id} className={classNames("min-w-0 pt-4 outline-offset-4", contentClassName)}>
          {tab.content}
        </Parts.Content>
      ))}
    </Parts.Root>
  );
}
