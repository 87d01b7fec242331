/** Answers that the page has asked for before its scripts were here: `page-script.ts`. */
declare global {
  var crewEarly: Record<string, Promise<Response>> | undefined;
}

/** An answer that nobody fetched at once is no longer the newest one. */
const FRESH_MS = 15_000;

/** `fetch`, but the first time an address is asked for, the answer may be on its way already. */
export const earlyFetch: typeof fetch = async (input, init) => {
  const early = globalThis.crewEarly?.[String(input)];
  if (early && globalThis.crewEarly) {
    delete globalThis.crewEarly[String(input)];
    const answer = performance.now() < FRESH_MS ? await early.catch(() => null) : null;
    if (answer) return answer;
  }
  return fetch(input, init);
};
