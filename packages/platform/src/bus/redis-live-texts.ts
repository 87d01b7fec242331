import type { LiveCall } from "@crew/contracts/runs";
import { type Delta, LIVE_TEXT_LIMITS, type LiveText, LiveTexts } from "./live-texts.ts";
import type { RedisClient } from "./open-redis.ts";
import { redisAttempt } from "./redis-attempt.ts";

/** Texts of a publisher that died are gone after this time; a living one renews them. */
const TTL_SECONDS = 900;
const RENEW_MS = 60_000;
/** So often the length of each text is asked for, rather than with every piece, which would be a third of all commands. */
const CHECK_MS = 500;

interface Stored {
  /** Bytes of the encoded text that Redis should hold. */
  bytes: number;
  isWhole: boolean;
  renewAt: number;
  checkAt: number;
}

/**
 * Text so far of live calls in Redis, for readers in other processes. Pieces are written at their byte position
 * (SETRANGE), so that one lost on the way leaves NULs, where a reader stops, and never a text that looks whole; the
 * publisher soon finds that the length is not what it should be and writes the text anew with the next piece.
 */
export class RedisLiveTexts {
  readonly #client: RedisClient;
  readonly #attempt;
  readonly #own = new LiveTexts();
  readonly #stored = new WeakMap<LiveText, Stored>();

  constructor(client: RedisClient) {
    this.#client = client;
    this.#attempt = redisAttempt(client, { timeoutMs: 500 });
  }

  append(topic: string, delta: Delta): void {
    const appended = this.#own.append(topic, delta);
    if (!appended || appended.added === "") return;
    const { live, added } = appended;
    const stored = this.#stored.get(live) ?? { bytes: 0, isWhole: false, renewAt: 0, checkAt: 0 };
    this.#stored.set(live, stored);
    if (!this.#client.isReady) {
      stored.isWhole = false;
      return;
    }
    const key = textKey(topic, delta.callId);
    const start = stored.isWhole ? stored.bytes : 0;
    const piece = encode(stored.isWhole ? added : live.text);
    stored.bytes = start + Buffer.byteLength(piece);
    const distrust = () => {
      stored.isWhole = false;
    };
    if (!stored.isWhole || Date.now() >= stored.renewAt) this.#renew(topic, key, delta.callId, stored);
    const mayHaveHole = stored.isWhole && Date.now() >= stored.checkAt;
    stored.isWhole = true;
    // Writing beyond the end fills the hole, hence the question before it: was the key lost or evicted meanwhile?
    if (mayHaveHole) {
      stored.checkAt = Date.now() + CHECK_MS;
      this.#client.strLen(key).then((length) => Number(length) === start || distrust(), distrust);
    }
    this.#client.setRange(key, start, piece).catch(distrust);
  }

  #renew(topic: string, key: string, callId: string, stored: Stored): void {
    stored.renewAt = Date.now() + RENEW_MS;
    const ignore = () => {};
    // SETRANGE makes a key without a TTL, hence an empty one first where there is none.
    this.#client.set(key, "", { expiration: { type: "EX", value: TTL_SECONDS }, condition: "NX" }).catch(ignore);
    this.#client.expire(key, TTL_SECONDS).catch(ignore);
    // Newest last, and no more than are read: workers that died leave calls behind, which must not hide a living one.
    this.#client.zAdd(callsKey(topic), { score: Date.now(), value: callId }).catch(ignore);
    this.#client.zRemRangeByRank(callsKey(topic), 0, -LIVE_TEXT_LIMITS.callsPerTopic - 1).catch(ignore);
    this.#client.expire(callsKey(topic), TTL_SECONDS).catch(ignore);
  }

  async list(topic: string): Promise<LiveCall[]> {
    const texts = new Map(this.#own.list(topic).map(({ callId, text }) => [callId, text]));
    const members = await this.#attempt((client) => client.zRange(callsKey(topic), -LIVE_TEXT_LIMITS.callsPerTopic, -1));
    const callIds = members?.value ?? [];
    if (callIds.length > 0) {
      const values = await this.#attempt((client) => client.mGet(callIds.map((callId) => textKey(topic, callId))));
      for (const [index, callId] of callIds.entries()) {
        const text = decode(values?.value[index] ?? "");
        if (text.length > (texts.get(callId)?.length ?? 0)) texts.set(callId, text);
      }
    }
    return [...texts].map(([callId, text]) => ({ callId, text }));
  }

  end(topic: string, callId: string): void {
    this.#own.end(topic, callId);
    if (!this.#client.isReady) return;
    const ignore = () => {};
    this.#client.zRem(callsKey(topic), callId).catch(ignore);
    this.#client.unlink(textKey(topic, callId)).catch(ignore);
  }
}

const callsKey = (topic: string) => `crew:live-order:${topic}`;
const textKey = (topic: string, callId: string) => `crew:live-text:${topic}:${callId}`;

/** As inside a JSON string: half a surrogate pair survives UTF-8 as an escape, and a NUL never appears. */
const encode = (text: string) => JSON.stringify(text).slice(1, -1);

function decode(value: string): string {
  const hole = value.indexOf("\0");
  try {
    return JSON.parse(`"${hole < 0 ? value : value.slice(0, hole)}"`) as string;
  } catch {
    return "";
  }
}
