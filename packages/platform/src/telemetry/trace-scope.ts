import { AsyncLocalStorage } from "node:async_hooks";
import type { Context } from "@opentelemetry/api";

/** The span in which the code at hand runs; nothing where no traces are kept. */
export const traceScope = new AsyncLocalStorage<{ context: Context; traceId: string }>();
