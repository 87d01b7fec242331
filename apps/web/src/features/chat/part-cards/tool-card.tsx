"use client";

import type { MessagePart } from "@crew/contracts/message-parts";
import { ToolReceipt } from "../../runs/tool-receipt.tsx";

/** A call of an answer that is written: closed it is one line. */
export function ToolCard({ part }: { part: Extract<MessagePart, { type: "tool" }> }) {
  const { callId, tool, arguments: written, result, isError } = part;
  return (
    <ToolReceipt
      tool={{
        kind: "tool",
        id: callId,
        tool,
        class: null,
        arguments: objectOf(written),
        state: isError || result === null ? "failed" : "done",
        result: isError ? null : result,
        error: isError ? { code: "tool_failed", message: result ?? "" } : null,
        durationMs: null,
        startedAt: "",
      }}
    />
  );
}

/** Long arguments were cut and are shown as they are. */
function objectOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
