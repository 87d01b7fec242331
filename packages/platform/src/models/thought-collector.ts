import type { Reasoning, Thought } from "@crew/engine/model";
import { MAX_REASONING_CHARACTERS, THOUGHT_BREAK } from "@crew/engine/reasoning";

/** Of one reply, all that its provider signed and hid together; where there is more, nothing is given back. */
const MAX_SEAL_CHARACTERS = 256 * 1024;

/** Puts a reply's thinking together, and hands on what is kept of it as it comes. */
export class ThoughtCollector {
  private readonly by: string;
  private readonly onReasoning: ((text: string) => void) | undefined;
  private readonly thoughts: Thought[] = [];
  private readonly callSeals: string[] = [];
  private room = MAX_REASONING_CHARACTERS;
  private sealRoom = MAX_SEAL_CHARACTERS;
  private isCut = false;
  private mayReturn = true;

  constructor(by: string, onReasoning?: (text: string) => void) {
    this.by = by;
    this.onReasoning = onReasoning;
  }

  /** `at`: how much of the reply's text has come before it. */
  begin(at: number): void {
    this.thoughts.push({ text: "", at });
  }

  append(text: string): void {
    const thought = this.thoughts.at(-1);
    if (!thought || text === "") return;
    const isLater = thought.text === "" && this.thoughts.some((other) => other.text !== "");
    const taken = this.take(text, isLater ? THOUGHT_BREAK.length : 0);
    if (taken === "") return;
    thought.text += taken;
    this.onReasoning?.(isLater ? THOUGHT_BREAK + taken : taken);
  }

  /** Whatever the provider wants back with this thought: a name of ours for the kind, then its own words. */
  seal(seal: string): void {
    const thought = this.thoughts.at(-1);
    if (thought && this.admit(seal)) thought.seal = seal;
  }

  /** The same with the tool call at that place. */
  sealCall(index: number, seal: string): void {
    if (this.admit(seal)) this.callSeals[index] = seal;
  }

  /** What cannot be given back as it came is not given back at all: a provider refuses thoughts that were changed. */
  forgetSeals(): void {
    this.mayReturn = false;
  }

  /** `calls`: how many tool calls the reply has; without any nothing is owed. undefined: it told of no thinking. */
  finish(calls: number, options: { mayBeCut?: boolean } = {}): Reasoning | undefined {
    const isOwed = calls > 0 && this.mayReturn && (!this.isCut || options.mayBeCut === true);
    const thoughts = this.thoughts.flatMap(({ text, at, seal }) => {
      const kept = { text: storable(text), at, ...(isOwed && seal !== undefined && { seal: storable(seal) }) };
      return kept.text === "" && !("seal" in kept) ? [] : [kept];
    });
    const seals = isOwed && this.callSeals.length > 0 ? Array.from({ length: calls }, (_, at) => storable(this.callSeals[at] ?? "")) : null;
    if (thoughts.length === 0 && !seals) return undefined;
    return { by: this.by, thoughts, ...(this.isCut && { isCut: true as const }), ...(seals && { callSeals: seals }) };
  }

  private take(text: string, before: number): string {
    if (this.isCut) return "";
    const room = Math.max(0, this.room - before);
    const taken = text.slice(0, room);
    this.isCut = taken.length < text.length;
    if (taken !== "") this.room -= before + taken.length;
    return taken;
  }

  private admit(seal: string): boolean {
    this.sealRoom -= seal.length;
    if (this.sealRoom < 0) this.mayReturn = false;
    return this.mayReturn;
  }
}

/** As the journal gives it back, so that a request made from it is the same: it holds no U+0000 and no half of a pair. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}
