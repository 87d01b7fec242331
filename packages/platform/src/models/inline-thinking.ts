const BEGIN = "<think>";
const END = "</think>";

/**
 * Parts what a model thinks from what it says where its server leaves both in the text: an answer whose first word is
 * `<think>` thinks up to `</think>`, wherever the pieces break, and white space around either part is none of it. An end
 * that nothing began parts nothing: all before it was shown as said already, and an answer may well speak of tags.
 */
export class InlineThinking {
  /** The first call has no text: it thinks. */
  private readonly onThought: (text: string) => void;
  private place: "before" | "within" | "behind" | "over" = "before";
  /** White space that counts only with what follows it. */
  private blank = "";
  /** What may become a tag. */
  private partial = "";
  private hasThought = false;

  constructor(onThought: (text: string) => void) {
    this.onThought = onThought;
  }

  /** Whatever follows is said. */
  get isOver(): boolean {
    return this.place === "over";
  }

  /** What is said of this piece, and of what was held back before it. */
  push(piece: string): string {
    const text = this.partial + piece;
    this.partial = "";
    if (this.place === "before") return this.begin(text);
    if (this.place === "within") return this.think(text);
    return this.place === "behind" ? this.speak(text) : text;
  }

  /** What is said of what was held back, when nothing more comes. */
  end(): string {
    const place = this.place;
    this.place = "over";
    if (place === "before") return this.blank + this.partial;
    if (place === "within") this.thought(this.partial);
    return "";
  }

  private begin(text: string): string {
    const word = text.trimStart();
    if (word.startsWith(BEGIN)) {
      this.place = "within";
      this.blank = "";
      this.onThought("");
      return this.think(word.slice(BEGIN.length));
    }
    if (!BEGIN.startsWith(word)) {
      this.place = "over";
      return this.blank + text;
    }
    this.blank += text.slice(0, text.length - word.length);
    this.partial = word;
    return "";
  }

  private think(text: string): string {
    const end = text.indexOf(END);
    if (end === -1) {
      this.partial = text.slice(text.length - begunLength(text, END));
      this.thought(text.slice(0, text.length - this.partial.length));
      return "";
    }
    this.thought(text.slice(0, end));
    this.place = "behind";
    return this.speak(text.slice(end + END.length));
  }

  private thought(text: string): void {
    const come = this.hasThought ? text : text.trimStart();
    const told = come.trimEnd();
    if (told === "") {
      this.blank += come;
      return;
    }
    this.onThought(this.blank + told);
    this.blank = come.slice(told.length);
    this.hasThought = true;
  }

  private speak(text: string): string {
    const said = text.trimStart();
    if (said !== "") this.place = "over";
    return said;
  }
}

/** How much of the text's end is the beginning of `tag`. */
function begunLength(text: string, tag: string): number {
  const from = text.lastIndexOf("<");
  return from !== -1 && tag.startsWith(text.slice(from)) ? text.length - from : 0;
}
