"use client";

import { ArrowUp, Paperclip, Square } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { IconButton } from "../../ui/icon-button.tsx";
import { LackNote } from "../members/lack-note.tsx";
import type { Attached } from "./attached.ts";
import { AttachedFiles } from "./attached-files.tsx";
import { ACCEPT, useAttachments } from "./use-attachments.ts";

const MAX_CONTENT = 100_000;

export interface ComposerProps {
  /** Resolves to `false` when nothing was taken: the text then stays. */
  onSend: (content: string, attachments: Attached[]) => boolean;
  /** Given while an answer is being written. */
  onStop?: (() => void) | undefined;
  isBusy?: boolean;
  placeholder: string;
  /** Stands ready to be gone on with. */
  initialText?: string;
  /** Under the text, at the left. */
  controls?: ReactNode;
}

export function Composer({ onSend, onStop, isBusy = false, placeholder, initialText = "", controls }: ComposerProps) {
  const [text, setText] = useState(initialText);
  const { files, problems, attach, remove, clear } = useAttachments();
  const picker = useRef<HTMLInputElement>(null);
  const isTooLong = text.length > MAX_CONTENT;
  const canSend = text.trim() !== "" && !isTooLong && !isBusy && onStop === undefined;

  const send = () => {
    if (!canSend || !onSend(text.trim(), files)) return;
    setText("");
    clear();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void attach([...event.dataTransfer.files]);
      }}
      className="rounded-lg border border-control/60 bg-surface focus-within:border-accent has-[textarea:focus-visible]:outline-2 has-[textarea:focus-visible]:-outline-offset-1 has-[textarea:focus-visible]:outline-accent"
    >
      <AttachedFiles files={files} onRemove={remove} />
      <textarea
        aria-label="Message"
        rows={1}
        value={text}
        placeholder={placeholder}
        onChange={(event) => setText(event.target.value)}
        onPaste={(event) => {
          // What is copied from a document brings a picture of itself beside its text.
          if (event.clipboardData.files.length === 0 || event.clipboardData.types.includes("text/plain")) return;
          event.preventDefault();
          void attach([...event.clipboardData.files]);
        }}
        onKeyDown={(event) => {
          // While an input method composes a word, Enter belongs to it.
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
        className="field-sizing-content block max-h-60 min-h-11 w-full resize-none bg-transparent px-3.5 pt-3 pb-1 leading-5 outline-none max-sm:text-lg"
      />
      {problems.length > 0 || isTooLong ? (
        <p role="alert" className="px-3.5 text-xs text-bad">
          {isTooLong ? "Too long: attach it as a text file instead." : problems.join(" ")}
        </p>
      ) : null}
      <div className="px-3.5 empty:hidden">
        <LackNote permission="conversations:write" />
      </div>
      <div className="flex items-center gap-1 px-1.5 pb-1.5">
        <input
          ref={picker}
          type="file"
          multiple
          accept={ACCEPT}
          className="hidden"
          onChange={(event) => {
            void attach([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
        <IconButton label="Attach texts or pictures" icon={<Paperclip />} onClick={() => picker.current?.click()} />
        <div className="min-w-0 flex-1">{controls}</div>
        {onStop ? (
          <button
            type="button"
            onClick={onStop}
            className="inline-flex h-8 items-center gap-2 rounded-md border border-line-strong px-3 text-sm font-medium hover:bg-hover max-sm:h-10"
          >
            <Square aria-hidden="true" className="size-3 fill-current" />
            Stop
          </button>
        ) : (
          <button
            type="submit"
            aria-label="Send"
            aria-disabled={!canSend}
            className="grid size-8 place-items-center rounded-md bg-accent text-on-accent hover:bg-accent-hover aria-disabled:bg-pressed aria-disabled:text-faint max-sm:size-10"
          >
            <ArrowUp aria-hidden="true" className="size-4" />
          </button>
        )}
      </div>
    </form>
  );
}
