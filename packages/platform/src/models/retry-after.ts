type Headers = Record<string, string | string[] | undefined>;

const MAX_WAIT_MS = 24 * 60 * 60 * 1000;

/** How long the provider asks to wait: `Retry-After`, else the reset of a limit that is used up; `null`: it does not say. */
export function retryAfterMs(headers: Headers, body: string, now: number): number | null {
  const told = fromMilliseconds(one(headers["retry-after-ms"])) ?? fromRetryAfter(one(headers["retry-after"]), now);
  const wait = told ?? fromResets(headers, now) ?? fromRetryInfo(body);
  return wait === null ? null : Math.min(Math.max(Math.ceil(wait), 0), MAX_WAIT_MS);
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function fromMilliseconds(value: string | undefined): number | null {
  return value !== undefined && /^\d+(\.\d+)?$/.test(value) ? Number(value) : null;
}

function fromRetryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  return fromDate(value, now);
}

function fromDate(value: string, now: number): number | null {
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : date - now;
}

/** `x-ratelimit-reset-tokens: 6m0s` beside `x-ratelimit-remaining-tokens: 0`; Anthropic's are dates with the name at the front. */
function fromResets(headers: Headers, now: number): number | null {
  let longest: number | null = null;
  for (const [name, raw] of Object.entries(headers)) {
    const value = one(raw);
    if (value === undefined || !/ratelimit.*reset/.test(name)) continue;
    const remaining = one(headers[name.replace("reset", "remaining")]);
    if (remaining !== undefined && Number(remaining) > 0) continue;
    const wait = fromDuration(value) ?? (value.includes("-") ? fromDate(value, now) : null);
    if (wait !== null && (longest === null || wait > longest)) longest = wait;
  }
  return longest;
}

const UNITS: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

function fromDuration(text: string): number | null {
  if (text.length > 60 || !/^(\d+(\.\d+)?(ms|[dhms]))+$/.test(text)) return null;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ""] ?? 0),
    0,
  );
}

/** Google says it in the body: `"retryDelay": "34s"`. */
function fromRetryInfo(body: string): number | null {
  const delay = /"retryDelay"\s*:\s*"([^"]{1,20})"/.exec(body)?.[1];
  return delay === undefined ? null : fromDuration(delay);
}
