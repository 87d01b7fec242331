const MOST_CHARACTERS = 1_200;
/** A passage ends at a line or a word, where one is near. */
const LEAST_CHARACTERS = 800;

export interface FileChunk {
  startAt: number;
  text: string;
}

/** A text in passages that can be found and shown one by one; together they are the text. */
export function fileChunks(text: string): FileChunk[] {
  const chunks: FileChunk[] = [];
  for (let startAt = 0; startAt < text.length; ) {
    const end = endOfChunk(text, startAt);
    chunks.push({ startAt, text: text.slice(startAt, end) });
    startAt = end;
  }
  return chunks;
}

function endOfChunk(text: string, startAt: number): number {
  const most = startAt + MOST_CHARACTERS;
  if (most >= text.length) return text.length;
  const window = text.slice(startAt, most);
  for (const mark of ["\n\n", "\n", ". ", " "]) {
    const at = window.lastIndexOf(mark);
    if (at >= LEAST_CHARACTERS) return startAt + at + mark.length;
  }
  const code = text.charCodeAt(most);
  return code >= 0xdc00 && code <= 0xdfff ? most - 1 : most;
}
