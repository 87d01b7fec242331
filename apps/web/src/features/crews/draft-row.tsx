"use client";

import { ArrowDown, ArrowUp, ChevronRight, GripVertical, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { classNames } from "../../ui/class-names.ts";
import { IconButton } from "../../ui/icon-button.tsx";

export interface DraftRowProps {
  noun: "agent" | "task";
  rowId: string;
  index: number;
  count: number;
  title: ReactNode;
  summary: ReactNode;
  hasProblem: boolean;
  isOpen: boolean;
  onToggle: () => void;
  onMove: (rowId: string, to: number) => void;
  onRemove: () => void;
  children: ReactNode;
}

/** One agent or task: a line that unfolds into its fields; moved by its handle or by buttons. */
export function DraftRow(props: DraftRowProps) {
  const { noun, rowId, index, count, title, summary, hasProblem, isOpen, onToggle, onMove, onRemove, children } = props;
  const [isTarget, setTarget] = useState(false);
  const kind = `application/x-${noun}-row`;
  const panelId = `${rowId}-fields`;

  return (
    <li
      className={classNames("border-b border-line last:border-b-0", isTarget && "bg-accent-soft")}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(kind)) return;
        event.preventDefault();
        setTarget(true);
      }}
      onDragLeave={() => setTarget(false)}
      onDrop={(event) => {
        setTarget(false);
        const dragged = event.dataTransfer.getData(kind);
        if (!dragged) return;
        event.preventDefault();
        onMove(dragged, index);
      }}
    >
      <div className="flex min-h-12 items-center gap-1 pr-2 pl-1">
        {/* biome-ignore lint/a11y/noStaticElementInteractions: for the mouse alone; the buttons at the right do the same */}
        <span
          draggable
          title="Drag to another place"
          onDragStart={(event) => {
            event.dataTransfer.setData(kind, rowId);
            event.dataTransfer.effectAllowed = "move";
          }}
          className="grid h-8 w-5 shrink-0 cursor-grab place-items-center text-faint hover:text-text active:cursor-grabbing max-md:hidden"
        >
          <GripVertical aria-hidden="true" className="size-3.5" />
        </span>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={panelId}
          onClick={onToggle}
          className="flex min-w-0 flex-1 items-center gap-2 rounded-md py-2 text-left -outline-offset-2"
        >
          <ChevronRight
            aria-hidden="true"
            className={classNames("size-3.5 shrink-0 text-faint transition-transform duration-100", isOpen && "rotate-90")}
          />
          <span className="w-4 shrink-0 text-right text-xs text-faint">{index + 1}</span>
          <span className="min-w-0 flex-1">
            <span className="block truncate font-medium">{title}</span>
            <span className="block truncate text-xs text-faint">{summary}</span>
          </span>
          {hasProblem ? (
            <span className="text-xs whitespace-nowrap text-bad">
              <span aria-hidden="true">✕ </span>incomplete
            </span>
          ) : null}
        </button>
        <span className="flex shrink-0 items-center">
          <IconButton
            className="max-sm:size-8"
            label={`Move this ${noun} up`}
            icon={<ArrowUp />}
            disabled={index === 0}
            onClick={() => onMove(rowId, index - 1)}
          />
          <IconButton
            className="max-sm:size-8"
            label={`Move this ${noun} down`}
            icon={<ArrowDown />}
            disabled={index === count - 1}
            onClick={() => onMove(rowId, index + 1)}
          />
          <IconButton className="max-sm:size-8" label={`Remove this ${noun}`} icon={<Trash2 />} disabled={count === 1} onClick={onRemove} />
        </span>
      </div>
      {isOpen ? (
        <div id={panelId} className="flex flex-col gap-4 border-t border-line bg-sunken/50 p-4 md:pl-13">
          {children}
        </div>
      ) : null}
    </li>
  );
}
