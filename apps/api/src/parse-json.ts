import { AppError } from "@crew/core/app-error";
import type { FastifyInstance } from "fastify";

/** Deeper values overflow the stack of whoever walks them: schema, serializer or database. */
const MAX_DEPTH = 64;

/** An escape that is not itself escaped. */
const NUL = /(?<!\\)(?:\\\\)*\\u0000/;
const SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/i;

/** One parser, for JSON alone. An empty body is no body, also when it says that it is JSON; `__proto__` keys are refused. */
export function parseJson(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser("error", "error");
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    const text = body as string;
    if (text === "") return done(null, undefined);
    const fault = faultOf(text);
    if (fault) return done(fault);
    void parse(request, text, (error, value) => done(error ?? surrogateFault(text, value), value));
  });
}

/** As `parseJson`, but what arrives is the text itself, exactly as it was signed. */
export function keepJsonText(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser("error", "error");
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    const text = body as string;
    const fault = faultOf(text);
    if (fault) return done(fault);
    void parse(request, text, (error, value) => done(error ?? surrogateFault(text, value), text));
  });
}

function faultOf(text: string): AppError | undefined {
  if (isTooDeep(text)) return new AppError("invalid", `The body is nested deeper than ${MAX_DEPTH} levels.`);
  if (NUL.test(text)) return new AppError("invalid", "The body has a NUL character, which the database cannot keep.");
  return undefined;
}

/** A serializer escapes only those halves that miss their other half. */
function surrogateFault(text: string, value: unknown): AppError | null {
  if (!SURROGATE.test(text) || !SURROGATE.test(JSON.stringify(value))) return null;
  return new AppError("invalid", "The body has half of a surrogate pair, which is no character.");
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 92) i++;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 91 || code === 123) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === 93 || code === 125) depth--;
  }
  return false;
}
