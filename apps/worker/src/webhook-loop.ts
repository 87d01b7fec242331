import { DISPATCH_AT_ONCE, dispatchOutbox, OUTBOX_CHANNEL } from "@crew/core/outbox/dispatch-outbox";
import type { System } from "@crew/core/system";
import { claimWebhooks, type DueBatch, deliverWebhooks } from "@crew/core/webhooks/deliver-webhook";

/** The net under LISTEN/NOTIFY, and the pace at which due retries are noticed. */
const NET_MS = 1_000;
/** Webhooks that this process sends to at a time. */
const AT_ONCE = 64;
/** Of those, such as took nothing lately: all of them hanging leave room for the others. */
const FAILING_AT_ONCE = 16;

/** Fans events out to the webhooks that listen, and sends what is due. */
export class WebhookLoop {
  readonly #system: System;
  readonly #active = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #failing = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopListening: () => Promise<void> = async () => {};
  #isDraining = false;
  #isPassing = false;
  #passAgain = false;

  constructor(system: System) {
    this.#system = system;
  }

  async start(): Promise<void> {
    this.#stopListening = await this.#system.notifications.listen(OUTBOX_CHANNEL, () => void this.#pass());
    this.#timer = setInterval(() => void this.#pass(), NET_MS);
  }

  /** What is under way may end; what has not by then is given back and sent again by whoever comes next. */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    clearInterval(this.#timer);
    await this.#stopListening().catch(() => {});
    const cut = setTimeout(() => this.#stop.abort(), graceMs);
    await Promise.all(this.#active);
    clearTimeout(cut);
  }

  /** One pass at a time; a wake-up meanwhile causes one more, so that none is lost. */
  async #pass(): Promise<void> {
    this.#passAgain = true;
    if (this.#isPassing) return;
    this.#isPassing = true;
    try {
      while (this.#passAgain && !this.#isDraining) {
        this.#passAgain = false;
        if ((await dispatchOutbox(this.#system)) === DISPATCH_AT_ONCE) this.#passAgain = true;
        await this.#claim();
      }
    } catch (error) {
      this.#system.log.warn({ err: error }, "webhooks could not be looked at");
    } finally {
      this.#isPassing = false;
    }
  }

  async #claim(): Promise<void> {
    const room = AT_ONCE - this.#active.size;
    if (room <= 0 || this.#isDraining) return;
    const due = await claimWebhooks(this.#system, { room, failingRoom: Math.max(0, FAILING_AT_ONCE - this.#failing) });
    for (const batch of due) this.#send(batch);
  }

  #send(batch: DueBatch): void {
    const failing = batch.isFailing ? 1 : 0;
    this.#failing += failing;
    const done = deliverWebhooks(this.#system, batch, this.#stop.signal)
      // Their lease runs out, and they are due again.
      .catch((error: unknown) => this.#system.log.warn({ err: error, webhookId: batch.webhookId }, "webhook deliveries broke off"))
      .finally(() => {
        this.#active.delete(done);
        this.#failing -= failing;
        void this.#pass();
      });
    this.#active.add(done);
  }
}
