export interface TextFile {
  name: string;
  text: string;
}

export interface TextFileLimits {
  accept: readonly string[];
  maxCharacters: number;
  maxFiles: number;
  /** What is there already: names must differ, since tools ask for a document by name. */
  taken: readonly { name: string }[];
}

/** Reads files as UTF-8 text. A file that cannot be taken becomes a sentence that says why; the others are kept. */
export async function readTextFiles(files: readonly File[], limits: TextFileLimits): Promise<{ files: TextFile[]; problems: string[] }> {
  const read: TextFile[] = [];
  const problems: string[] = [];
  for (const file of files) {
    const refusal = refuseBeforeReading(file, limits, read);
    if (refusal) {
      problems.push(refusal);
      continue;
    }
    const text = decode(await file.arrayBuffer());
    if (text === null) problems.push(`${file.name} is not a text file in UTF-8.`);
    else if (text.length > limits.maxCharacters) problems.push(tooLong(file.name, limits));
    else read.push({ name: file.name, text });
  }
  return { files: read, problems };
}

function refuseBeforeReading(file: File, limits: TextFileLimits, read: TextFile[]): string | null {
  const name = file.name.toLowerCase();
  if (!limits.accept.some((ending) => name.endsWith(ending))) return `${file.name}: only ${limits.accept.join(", ")} can be read.`;
  if ([...limits.taken, ...read].some((other) => other.name === file.name)) return `${file.name} is there already.`;
  if (limits.taken.length + read.length >= limits.maxFiles) return `${file.name}: at most ${limits.maxFiles} files.`;
  // A character takes at most four bytes: anything larger cannot fit, so it is not read into memory at all.
  if (file.size > limits.maxCharacters * 4) return tooLong(file.name, limits);
  return null;
}

function tooLong(name: string, limits: TextFileLimits): string {
  return `${name} is too long: at most ${limits.maxCharacters.toLocaleString("en-US")} characters.`;
}

function decode(bytes: ArrayBuffer): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\u0000") ? null : text;
  } catch {
    return null;
  }
}
