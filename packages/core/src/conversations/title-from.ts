import { CreateConversation } from "@crew/contracts/conversations";

const MAX_LENGTH = 80;
const UNTITLED = CreateConversation.parse({}).title;

/** A conversation that nobody named takes the first line of its first message, cut at a word. */
export function titleFrom(title: string, firstMessage: string): string {
  if (title !== UNTITLED) return title;
  const line = (firstMessage.trim().split("\n", 1)[0] ?? "").replace(/\s+/g, " ").trim();
  const characters = [...line];
  if (characters.length <= MAX_LENGTH) return line || title;
  const cut = characters.slice(0, MAX_LENGTH - 1).join("");
  const word = cut.lastIndexOf(" ");
  return `${word > MAX_LENGTH / 2 ? cut.slice(0, word) : cut}…`;
}
