/** Deeper than anything that is meant; what is handled by recursion later (writing, comparing, storing) would overflow. */
const MOST_DEPTH = 64;

/** JSON that a model or a page has written, as long as it is not nested beyond reason. Throws `SyntaxError` else. */
export function parseShallowJson(text: string): unknown {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) isInString = false;
    } else if (code === 0x22) isInString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > MOST_DEPTH) throw new SyntaxError(`nested deeper than ${MOST_DEPTH} levels`);
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return JSON.parse(text);
}
