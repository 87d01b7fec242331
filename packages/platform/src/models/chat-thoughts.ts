import type { Reasoning } from "@crew/engine/model";
import { bareDetail, detailsIn, detailText, joinedDetail, type ReasoningDetail, sealOfDetail } from "./reasoning-details.ts";
import type { ThoughtCollector } from "./thought-collector.ts";

/** Thinking that came by this name is asked for again with its tool calls. */
export const OWED_NAME = "reasoning_content";

/** Of one reply; what comes beyond is kept as text, and nothing is given back. */
const MAX_DETAILS = 1_000;

/** Thinking has two names, and some servers send it by both. By the second, details may come beside its text or in its place. */
export interface ThinkingDelta {
  reasoning_content?: unknown;
  reasoning?: unknown;
  reasoning_details?: unknown;
}

/** What a chat completion thinks, by the one way that it comes first. */
export class ChatThoughts {
  private readonly kept: ThoughtCollector;
  private name: typeof OWED_NAME | "reasoning" | "inline" | undefined;
  /** The thought under way. A plain one has no border: the server does not tell where another begins. */
  private open: "plain" | ReasoningDetail | undefined;
  private fresh = "";
  private details = 0;

  constructor(kept: ThoughtCollector) {
    this.kept = kept;
  }

  /** It thinks beside its text. */
  get isApart(): boolean {
    return this.name === OWED_NAME || this.name === "reasoning";
  }

  read(delta: ThinkingDelta): void {
    if (delta.reasoning_content == null && delta.reasoning == null && delta.reasoning_details == null) return;
    this.name ??= nameOf(delta);
    if (this.name === OWED_NAME) this.plain(delta.reasoning_content);
    if (this.name === "reasoning") this.detailed(delta);
  }

  /** It thinks in its text. */
  inline(text: string): void {
    this.name ??= "inline";
    this.plain(text);
  }

  /** Hands on what has come: once for a packet, however many tokens are in it. */
  flush(): void {
    this.kept.append(this.fresh);
    this.fresh = "";
  }

  finish(calls: number): Reasoning | undefined {
    this.close();
    return this.kept.finish(calls, { mayBeCut: this.name === OWED_NAME });
  }

  private plain(text: unknown): void {
    if (typeof text !== "string") return;
    if (this.open !== "plain") {
      this.begin("plain");
      if (this.name === OWED_NAME) this.kept.seal(OWED_NAME);
    }
    this.fresh += text;
  }

  /** The text beside details is theirs, unless they have none. */
  private detailed({ reasoning, reasoning_details }: ThinkingDelta): void {
    let hasText = false;
    for (const detail of detailsIn(reasoning_details)) {
      const text = detailText(detail);
      hasText ||= text !== "";
      this.detail(detail);
      this.fresh += text;
    }
    if (!hasText && reasoning !== "") this.plain(reasoning);
  }

  private detail(detail: ReasoningDetail): void {
    const joined = typeof this.open === "object" ? joinedDetail(this.open, detail) : undefined;
    if (joined) {
      this.open = joined;
      return;
    }
    this.details += 1;
    if (this.details <= MAX_DETAILS) this.begin(bareDetail(detail));
    else this.kept.forgetSeals();
  }

  private begin(open: "plain" | ReasoningDetail): void {
    this.close();
    this.kept.begin(0);
    this.open = open;
  }

  private close(): void {
    this.flush();
    if (typeof this.open === "object") this.kept.seal(sealOfDetail(this.open));
  }
}

function nameOf(delta: ThinkingDelta): typeof OWED_NAME | "reasoning" | undefined {
  if (isText(delta.reasoning_content)) return OWED_NAME;
  return isText(delta.reasoning) || detailsIn(delta.reasoning_details).length > 0 ? "reasoning" : undefined;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
