import { z } from "zod";
import { Inputs } from "./crews.ts";

const STEP = /\.([A-Za-z_][\w-]*)|\[(\d{1,6})\]|\["([^"\\]{1,100})"\]/;
const PATH = new RegExp(`^\\$(?:${STEP.source}){0,20}$`);

/** The path that a value of a mapping is, or undefined for a constant; `$$` begins a text that begins with `$`. */
const pathOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.startsWith("$") && !value.startsWith("$$") ? value : undefined;

/** Where a crew's inputs come from when an event starts it. */
export const TriggerMapping = z
  .strictObject({
    /** By name: `$.data.title`, `$.items[0]["odd name"]`, `$` for all of it; anything else is a constant. */
    inputs: Inputs.superRefine((inputs, context) => {
      for (const [name, value] of Object.entries(inputs))
        if (!PATH.test(pathOf(value) ?? "$"))
          context.addIssue({ code: "custom", path: [name], message: 'is no path like $.data.title or $.items[0]["odd name"]' });
    }).default({}),
    /** The whole payload goes along as the document `event.json`. */
    attachesPayload: z.boolean().default(false),
  })
  .meta({ id: "TriggerMapping" });
export type TriggerMapping = z.infer<typeof TriggerMapping>;

type Json = Inputs[string];

/** The inputs that this payload makes, and the paths at which it has nothing. */
export function mapPayload(mapping: TriggerMapping, payload: unknown): { inputs: Inputs; missing: { input: string; path: string }[] } {
  const inputs: Inputs = {};
  const missing: { input: string; path: string }[] = [];
  for (const [input, value] of Object.entries(mapping.inputs)) {
    const path = pathOf(value);
    if (path === undefined) {
      inputs[input] = typeof value === "string" && value.startsWith("$$") ? value.slice(1) : value;
      continue;
    }
    const found = valueAt(payload, path);
    if (found === undefined || found === null) missing.push({ input, path });
    else inputs[input] = found as Json;
  }
  return { inputs, missing };
}

/** Only what the payload itself holds: never what objects inherit. */
function valueAt(payload: unknown, path: string): unknown {
  let at = payload;
  for (const [, plain, index, quoted] of path.matchAll(new RegExp(STEP.source, "g"))) {
    const key = plain ?? index ?? quoted ?? "";
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key) || (Array.isArray(at) && index === undefined)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}
