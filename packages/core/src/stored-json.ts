/** PostgreSQL's jsonb cannot hold U+0000 or half of a surrogate pair, both of which a model or a page may send. */
export function storedJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes("\\u") ? text.replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, "$1\\ufffd") : text;
}
