"use client";

import { FileText, Upload, X } from "lucide-react";
import { useId, useState } from "react";
import { classNames } from "./class-names.ts";
import { IconButton } from "./icon-button.tsx";
import { readTextFiles, type TextFile } from "./read-text-files.ts";

export interface FileDropProps {
  label: string;
  files: TextFile[];
  onChange: (files: TextFile[]) => void;
  /** File name endings, such as `.txt`. */
  accept: readonly string[];
  maxFiles: number;
  maxCharacters: number;
}

/** Text files, dropped or chosen. What is refused is named with its reason; what was there stays. */
export function FileDrop({ label, files, onChange, accept, maxFiles, maxCharacters }: FileDropProps) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const [problems, setProblems] = useState<string[]>([]);

  const take = async (list: FileList | null) => {
    setOver(false);
    if (!list || list.length === 0) return;
    const read = await readTextFiles([...list], { accept, maxCharacters, taken: files, maxFiles });
    setProblems(read.problems);
    if (read.files.length > 0) onChange([...files, ...read.files]);
  };

  return (
    <div className="flex flex-col gap-2">
      {files.map((file) => (
        <div key={file.name} className="flex h-9 items-center gap-2 rounded-md border border-line bg-sunken pr-1 pl-2.5">
          <FileText aria-hidden="true" className="size-4 shrink-0 text-faint" />
          <span className="min-w-0 flex-1 truncate text-sm">{file.name}</span>
          <span className="text-xs text-faint">{file.text.length.toLocaleString("en-US")} characters</span>
          <IconButton label={`Remove ${file.name}`} icon={<X />} onClick={() => onChange(files.filter((other) => other !== file))} />
        </div>
      ))}
      {files.length < maxFiles ? (
        <label
          htmlFor={id}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            void take(event.dataTransfer.files);
          }}
          className={classNames(
            "flex cursor-pointer items-center justify-center gap-2 rounded-md border border-dashed border-line-strong px-3 py-3 text-sm text-muted hover:border-control hover:text-text has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent",
            isOver && "border-accent bg-accent-soft text-accent",
          )}
        >
          <Upload aria-hidden="true" className="size-4" />
          <span>
            {label} <span className="inline-block text-faint">{accept.join(" ")}</span>
          </span>
          <input
            id={id}
            type="file"
            multiple
            accept={accept.join(",")}
            className="sr-only"
            onChange={(event) => {
              const input = event.currentTarget;
              void take(input.files).then(() => {
                input.value = "";
              });
            }}
          />
        </label>
      ) : null}
      {problems.length > 0 ? (
        <ul role="alert" className="text-xs text-bad">
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
