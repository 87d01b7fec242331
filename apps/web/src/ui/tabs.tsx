"use client";

import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
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

/** Tabs as WAI-ARIA describes them: one stop of the Tab key, arrows move and choose. */
export function Tabs({ tabs, label, value, onChange, className, contentClassName }: TabsProps) {
  const base = useId();
  const [own, setOwn] = useState(tabs[0]?.id);
  const chosen = value ?? own;
  const shown = tabs.find((tab) => tab.id === chosen) ?? tabs[0];

  const choose = (id: string) => {
    setOwn(id);
    onChange?.(id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.id === shown?.id);
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1 + tabs.length, Home: 0, End: tabs.length - 1 };
    const step = steps[event.key];
    const next = step === undefined ? undefined : tabs[step % tabs.length];
    if (!next) return;
    event.preventDefault();
    choose(next.id);
    document.getElementById(`${base}-${next.id}`)?.focus();
  };

  return (
    <div className={classNames("flex min-w-0 flex-col", className)}>
      <div
        role="tablist"
        aria-label={label}
        onKeyDown={onKeyDown}
        className="flex shrink-0 gap-4 overflow-x-auto border-b border-line px-px"
      >
        {tabs.map((tab) => {
          const isShown = tab.id === shown?.id;
          return (
            <button
              key={tab.id}
              id={`${base}-${tab.id}`}
              type="button"
              role="tab"
              aria-selected={isShown}
              aria-controls={`${base}-panel`}
              tabIndex={isShown ? 0 : -1}
              onClick={() => choose(tab.id)}
              className={classNames(
                "flex h-9 items-center gap-1.5 border-b-2 border-transparent text-sm font-medium whitespace-nowrap text-muted -outline-offset-2 hover:text-text max-sm:h-11",
                isShown && "border-accent text-text",
              )}
            >
              {tab.label}
              {tab.count !== undefined ? <span className="text-xs font-normal text-faint">{tab.count}</span> : null}
            </button>
          );
        })}
      </div>
      <div
        id={`${base}-panel`}
        role="tabpanel"
        aria-labelledby={`${base}-${shown?.id}`}
        className={classNames("min-w-0 pt-4", contentClassName)}
      >
        {shown?.content}
      </div>
    </div>
  );
}
