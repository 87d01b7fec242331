"use client";

import { IMAGE_TYPES, MAX_IMAGES } from "@crew/contracts/images";
import { useState } from "react";
import { looksLikeImage, readImageFiles } from "../../ui/read-image-files.ts";
import { readTextFiles } from "../../ui/read-text-files.ts";
import { type Attached, isPicture } from "./attached.ts";

const TEXTS = [".txt", ".md", ".csv", ".json", ".yaml", ".yml", ".log"];
const MAX_FILES = 8;
const MAX_CHARACTERS = 200_000;

/** What a file dialog offers. */
export const ACCEPT = [...TEXTS, ...IMAGE_TYPES].join(",");

/** What goes with the next message, and why something does not. */
export function useAttachments() {
  const [files, setFiles] = useState<Attached[]>([]);
  const [problems, setProblems] = useState<string[]>([]);
  const attach = async (list: readonly File[]) => {
    const texts = await readTextFiles(
      list.filter((file) => !looksLikeImage(file)),
      { accept: TEXTS, maxCharacters: MAX_CHARACTERS, maxFiles: MAX_FILES, taken: files },
    );
    const taken = [...files, ...texts.files];
    const most = Math.min(MAX_IMAGES - files.filter(isPicture).length, MAX_FILES - taken.length);
    const pictures = await readImageFiles(list.filter(looksLikeImage), { most, taken });
    setProblems([...texts.problems, ...pictures.problems]);
    // Meanwhile others may have come, or gone.
    setFiles((now) => [...now, ...texts.files, ...pictures.images]);
  };
  const remove = (file: Attached) => setFiles((now) => now.filter((other) => other !== file));
  const clear = () => {
    setFiles([]);
    setProblems([]);
  };
  return { files, problems, attach, remove, clear };
}
