/** How much of a page is searched for the name of its charset. */
const SNIFF_BYTES = 1_024;

/** Reads at most `maxBytes` of the decompressed body, so that a small answer cannot unfold into a large one. */
export async function readText(response: Response, maxBytes: number): Promise<{ text: string; wasCut: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let wasCut = false;
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    const room = maxBytes - size;
    if (value.length > room) {
      wasCut = true;
      chunks.push(value.subarray(0, room));
      await reader.cancel();
      break;
    }
    chunks.push(value);
    size += value.length;
  }
  const bytes = Buffer.concat(chunks);
  // As a stream where it was cut: half a character at the end is left out.
  const text = decoderFor(response.headers.get("content-type") ?? "", bytes).decode(bytes, { stream: wasCut });
  // PostgreSQL stores no NUL in a text.
  return { text: text.replaceAll("\0", "\uFFFD"), wasCut };
}

function decoderFor(contentType: string, bytes: Buffer): TextDecoder {
  const start = bytes.subarray(0, SNIFF_BYTES).toString("latin1");
  if (start.startsWith("\xEF\xBB\xBF")) return new TextDecoder("utf-8");
  const named =
    /charset\s*=\s*["']?([\w-]+)/i.exec(contentType) ?? (/html|xml/i.test(contentType) ? /charset\s*=\s*["']?([\w-]+)/i.exec(start) : null);
  try {
    return new TextDecoder(named?.[1] ?? "utf-8");
  } catch {
    return new TextDecoder("utf-8");
  }
}
