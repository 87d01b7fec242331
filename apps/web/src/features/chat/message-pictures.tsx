"use client";

import { useState } from "react";
import { workspaceHeaders } from "../../data/chosen-workspace.ts";
import type { ShownPicture } from "./attached.ts";

export function MessagePictures({ pictures }: { pictures: readonly ShownPicture[] }) {
  if (pictures.length === 0) return null;
  return (
    <ul aria-label="Pictures" className="mt-2 flex flex-wrap gap-2">
      {pictures.map((picture) => (
        <li key={picture.name} className="max-w-full">
          <Picture picture={picture} />
        </li>
      ))}
    </ul>
  );
}

function Picture({ picture: { name, src } }: { picture: ShownPicture }) {
  const [again, setAgain] = useState<string | null>(null);
  const [isGone, setGone] = useState(false);
  if (isGone) return <span className="text-xs text-faint">{name}: this picture cannot be shown.</span>;
  return (
    <img
      src={again ?? src}
      alt={name}
      title={name}
      loading="lazy"
      className="max-h-60 min-h-8 max-w-full rounded-md border border-line object-contain"
      onError={() => {
        if (again !== null || src.startsWith("data:")) setGone(true);
        else readInWorkspace(src).then(setAgain, () => setGone(true));
      }}
    />
  );
}

/** An `<img>` names no workspace, and so asks in the one that was used last, maybe by another window. */
async function readInWorkspace(src: string): Promise<string> {
  const answer = await fetch(src, { headers: workspaceHeaders() });
  if (!answer.ok) throw new Error(`the picture was answered with ${answer.status}`);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const reader = new FileReader();
  reader.onload = () => resolve(String(reader.result));
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(await answer.blob());
  return promise;
}
