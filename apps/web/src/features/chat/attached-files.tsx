"use client";

import { FileText, X } from "lucide-react";
import { IconButton } from "../../ui/icon-button.tsx";
import { dataUrlOf } from "../../ui/read-image-files.ts";
import { type Attached, isPicture } from "./attached.ts";

/** What goes with the next message, until it is sent. */
export function AttachedFiles({ files, onRemove }: { files: readonly Attached[]; onRemove: (file: Attached) => void }) {
  if (files.length === 0) return null;
  return (
    <ul aria-label="Attachments" className="flex flex-wrap items-end gap-1.5 px-2.5 pt-2.5">
      {files.map((file) => (
        <li key={file.name} className="flex min-h-7 max-w-full items-center gap-1.5 rounded-md bg-sunken pl-2 text-sm">
          {isPicture(file) ? (
            <img src={dataUrlOf(file)} alt="" className="my-1 -ml-1 size-12 shrink-0 rounded-sm object-cover" />
          ) : (
            <FileText aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
          )}
          <span className="truncate">{file.name}</span>
          <IconButton label={`Remove ${file.name}`} icon={<X />} className="size-6 [&_svg]:size-3.5" onClick={() => onRemove(file)} />
        </li>
      ))}
    </ul>
  );
}
