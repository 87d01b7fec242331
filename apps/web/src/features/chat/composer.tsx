"use client";

import { ArrowUp, FileText, Paperclip, Square, X } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { IconButton } from "../../ui/icon-button.tsx";
import { readTextFiles, type TextFile } from "../../ui/read-text-files.ts";
import { LackNote } from "../members/lack-note.tsx";

const ACCEPT = [".txt", ".md", ".csv", ".json", ".yaml", ".yml", ".log"];
const MAX_FILES = 8;
const MAX_CHARACTERS = 200_000;
const MAX_CONTENT = 100_000;

export interface ComposerProps {
  /** Resolves to `false` when nothing was taken: the text then stays. */
  onSend: (content: string, attachments: TextFile[]) => boolean;
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
  const [files, setFiles] = useState<TextFile[]>([]);
  const [problems, setProblems] = useState<string[]>([]);
  const picker = useRef<HTMLInputElement>(null);
  const isTooLong = text.length > MAX_CONTENT;
  const canSend = text.trim() !== "" && !isTooLong && !isBusy && onStop === undefined;

  const send = () => {
    if (!canSend || !onSend(text.trim(), files)) return;
    setText("");
    setFiles([]);
    setProblems([]);
  };
  const attach = async (list: FileList | null) => {
    const read = await readTextFiles([...(list ?? [])], {
      accept: ACCEPT,
      maxCharacters: MAX_CHARACTERS,
      maxFiles: MAX_FILES,
      taken: files,
    });
    setProblems(read.problems);
    setFiles([...files, ...read.files]);
    if (picker.current) picker.current.value = "";
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
        void attach(event.dataTransfer.files);
      }}
      className="rounded-lg border border-control/60 bg-surface focus-within:border-accent has-[textarea:focus-visible]:outline-2 has-[textarea:focus-visible]:-outline-offset-1 has-[textarea:focus-visible]:outline-accent"
    >
      {files.length > 0 ? (
        <ul aria-label="Attachments" className="flex flex-wrap gap-1.5 px-2.5 pt-2.5">
          {files.map((file) => (
            <li key={file.name} className="flex h-7 max-w-full items-center gap-1.5 rounded-md bg-sunken pl-2 text-sm">
              <FileText aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
              <span className="truncate">{file.name}</span>
              <IconButton
                label={`Remove ${file.name}`}
                icon={<X />}
                className="size-6 [&_svg]:size-3.5"
                onClick={() => setFiles(files.filter((other) => other !== file))}
              />
            </li>
          ))}
        </ul>
      ) : null}
      <textarea
        aria-label="Message"
        rows={1}
        value={text}
        placeholder={placeholder}
        onChange={(event) => setText(event.target.value)}
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
          accept={ACCEPT.join(",")}
          className="hidden"
          onChange={(event) => void attach(event.target.files)}
        />
        <IconButton label="Attach text files" icon={<Paperclip />} onClick={() => picker.current?.click()} />
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
