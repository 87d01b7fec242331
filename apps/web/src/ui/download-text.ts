/** Hands a text to the browser as a file. */
export function downloadText(name: string, text: string, type = "text/markdown"): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read by then; revoking at once cancels the download in some.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Words of a title as a file name. */
export function fileNameOf(title: string, ending: string): string {
  const words = title
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^\p{Letter}\p{Number}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return `${words || "output"}.${ending}`;
}
