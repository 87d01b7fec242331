import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@crew/core/app-error";
import { ModelCallError, type ModelRoute, UNKNOWN_WINDOW_TOKENS } from "@crew/core/system";

export const DEMO_MODEL = "extractive";

const TOTAL_MS = 1_500;
const PAUSE_MS = 40;
/** For a reply that only calls tools. */
const CALL_MS = 300;

/**
 * The built-in demonstration: no AI, no key, no connection. It takes its time, about as long as a fast model would, so
 * that one sees a run at work.
 */
export function demoRoute(modelId: string, totalMs = TOTAL_MS): ModelRoute {
  if (modelId !== DEMO_MODEL) throw new AppError("invalid", `The demo has one model, demo/${DEMO_MODEL}.`);
  return {
    provider: "demo",
    kind: "demo",
    modelId,
    windowTokens: UNKNOWN_WINDOW_TOKENS,
    priceOf: () => "0",
    stream: async (request, { signal, onText }) => {
      try {
        signal.throwIfAborted();
        const { demoReply, demoTokens } = await import("@crew/engine/demo-model/demo-reply");
        const reply = demoReply(request);
        const tokens = demoTokens(reply.text);
        if (tokens.length === 0) await sleep(Math.min(CALL_MS, totalMs), undefined, { signal });
        const pauses = Math.max(1, Math.floor(totalMs / PAUSE_MS));
        const atOnce = Math.max(1, Math.ceil(tokens.length / pauses));
        for (let at = 0; at < tokens.length; at += atOnce) {
          await sleep(PAUSE_MS, undefined, { signal });
          onText(tokens.slice(at, at + atOnce).join(""));
        }
        return reply;
      } catch (error) {
        if (signal.aborted) throw new ModelCallError("aborted", "The call was stopped.", { cause: signal.reason });
        throw error;
      }
    },
  };
}
