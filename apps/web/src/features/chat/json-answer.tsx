"use client";

import type { MessagePart } from "@crew/contracts/message-parts";
import { Code } from "../../ui/code.tsx";

type JsonPart = Extract<MessagePart, { type: "json" }>;

/** An answer that was asked for as JSON; `text` is the same as the model wrote it, with its keys in their order. */
export function JsonAnswer({ part, text }: { part: JsonPart; text: string }) {
  return <Code label="The answer as JSON" text={JSON.stringify(parsed(text) ?? part.value, null, 2)} />;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
