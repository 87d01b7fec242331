/** A shorter secret is a word like any other, as local model servers take it for a key. */
const MIN_LENGTH = 6;
const MOST = 2_000;
const MARK = "[redacted]";

/** Secrets of this process, the latest last, each with the spellings in which it may come back. */
const known = new Map<string, string[]>();
/** Spellings by how they begin: a text is read once, however many secrets there are. */
const byStart = new Map<string, Set<string>>();

/**
 * Makes `redactSecrets` leave this value out from now on. In memory alone, and of this process: who opens a secret is
 * who could let it slip into a log line or an error.
 */
export function rememberSecret(value: string): void {
  if (value.length < MIN_LENGTH) return;
  const spellings = known.get(value) ?? spellingsOf(value);
  const isNew = !known.delete(value);
  known.set(value, spellings);
  if (!isNew) return;
  for (const spelling of spellings) {
    const start = spelling.slice(0, MIN_LENGTH);
    const same = byStart.get(start);
    if (same) same.add(spelling);
    else byStart.set(start, new Set([spelling]));
  }
  const [oldest] = known.keys();
  if (known.size > MOST && oldest !== undefined) forget(oldest);
}

/** Values that this process has sealed, opened or been given, and what looks like a credential of a model provider. */
export function redactSecrets(text: string): string {
  return redactKnown(text)
    .replace(/\b(Bearer\s+)[^\s"']+/gi, `$1${MARK}`)
    .replace(/\b(sk-|AIza|gsk_|xai-)[\w*-]{6,}/g, MARK);
}

function redactKnown(text: string): string {
  if (byStart.size === 0) return text;
  let redacted = "";
  let copied = 0;
  for (let at = 0; at + MIN_LENGTH <= text.length; ) {
    const found = longestAt(text, at);
    if (found === 0) {
      at += 1;
      continue;
    }
    redacted += text.slice(copied, at) + MARK;
    at += found;
    copied = at;
  }
  return copied === 0 ? text : redacted + text.slice(copied);
}

function longestAt(text: string, at: number): number {
  let longest = 0;
  for (const spelling of byStart.get(text.slice(at, at + MIN_LENGTH)) ?? [])
    if (spelling.length > longest && text.startsWith(spelling, at)) longest = spelling.length;
  return longest;
}

function spellingsOf(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  const spellings = [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.toWellFormed()),
    ...base64Of(bytes),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    ...[0, 1, 2].flatMap((before) => insideBase64(bytes, before)),
  ];
  return [...new Set(spellings)].filter((spelling) => spelling.length >= MIN_LENGTH);
}

/** Alone, and as it stands inside of something longer that was encoded whole: `Basic` credentials, a whole header. */
function base64Of(bytes: Buffer): string[] {
  const inside = [0, 1, 2].map((skipped) => bytes.subarray(skipped, bytes.length - ((bytes.length - skipped) % 3)));
  return [bytes, ...inside].flatMap((part) => [part.toString("base64").replace(/={1,2}$/, ""), part.toString("base64url")]);
}

/** As it stands in the middle of something longer that was encoded whole, such as `user:secret`: what only it decides. */
function insideBase64(bytes: Buffer, before: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(before), bytes]);
  const [from, to] = [Math.ceil((before * 8) / 6), Math.floor((padded.length * 8) / 6)];
  return to - from < 2 * MIN_LENGTH ? [] : (["base64", "base64url"] as const).map((form) => padded.toString(form).slice(from, to));
}

function forget(value: string): void {
  const spellings = known.get(value) ?? [];
  known.delete(value);
  for (const spelling of spellings) {
    const start = spelling.slice(0, MIN_LENGTH);
    const same = byStart.get(start);
    same?.delete(spelling);
    if (same?.size === 0) byStart.delete(start);
  }
}
