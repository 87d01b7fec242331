import { z } from "zod";
import type { TraceSettings } from "../telemetry/open-traces.ts";
import { ConfigError, type Environment, parseVariable } from "./env.ts";

const sample = z.coerce.number("must be a number from 0 to 1").min(0, "must be from 0 to 1").max(1, "must be from 0 to 1");

/** `null`: nobody collects traces. */
export function readTraceSettings(env: Environment): TraceSettings | null {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = env;
  const ratio = parseVariable("CREW_TRACE_SAMPLE", sample, env.CREW_TRACE_SAMPLE);
  if (!endpoint) return null;
  const { protocol, username } = URL.parse(endpoint) ?? {};
  if ((protocol !== "http:" && protocol !== "https:") || username)
    throw new ConfigError("OTEL_EXPORTER_OTLP_ENDPOINT must be an address like http://collector:4318, without a user or password.");
  return { endpoint, headers: readHeaders(headers), sample: ratio };
}

/** `name=value,name=value`, the values percent-encoded, as the variable is defined. It may hold a secret, so it is not quoted. */
function readHeaders(text: string | null): Record<string, string> {
  const pairs = (text ?? "")
    .split(",")
    .map((pair) => pair.trim())
    .filter(Boolean)
    .map((pair) => /^([\w-]+)=(\S+)$/.exec(pair));
  if (pairs.includes(null)) throw new ConfigError("OTEL_EXPORTER_OTLP_HEADERS must be a comma list of name=value.");
  try {
    return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? "", decodeURIComponent(pair?.[2] ?? "")]));
  } catch {
    throw new ConfigError("OTEL_EXPORTER_OTLP_HEADERS has a value that is not percent-encoded.");
  }
}
