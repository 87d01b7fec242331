import { z } from "zod";

const MAX_BYTES = 16 * 1024;
const MAX_DEPTH = 8;
const MAX_NAMES = 200;

const ValueType = z.enum(["object", "array", "string", "number", "integer", "boolean", "null"]);
const Name = z.string().min(1).max(200);

/**
 * The part of JSON Schema that answers are checked by, the same as arguments of tools. A keyword that nobody would check is
 * refused: an answer that is said to fit does so in all that was asked for.
 */
const SchemaNode = z.strictObject({
  type: z.union([ValueType, z.array(ValueType).min(1).max(7)]).optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  get properties() {
    return z.record(Name, SchemaNode).optional();
  },
  required: z.array(Name).max(MAX_NAMES).optional(),
  additionalProperties: z.boolean().optional(),
  get items() {
    return SchemaNode.optional();
  },
  maxItems: z.int().min(0).optional(),
  enum: z
    .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .min(1)
    .max(MAX_NAMES)
    .optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxLength: z.int().min(0).optional(),
});
type SchemaNode = z.infer<typeof SchemaNode>;

/** The form of an answer, as JSON Schema. */
export const AnswerSchema = SchemaNode.superRefine((schema, problems) => {
  const bytes = new TextEncoder().encode(JSON.stringify(schema)).length;
  if (bytes > MAX_BYTES)
    problems.addIssue({ code: "custom", message: `has ${bytes} bytes as JSON; at most ${MAX_BYTES} are read`, input: schema });
  if (depthOf(schema) > MAX_DEPTH)
    problems.addIssue({ code: "custom", message: `is nested deeper than ${MAX_DEPTH} levels`, input: schema });
}).meta({ id: "AnswerSchema" });
export type AnswerSchema = z.infer<typeof AnswerSchema>;

function depthOf({ items, properties = {} }: SchemaNode): number {
  const inner = [...Object.values(properties), ...(items ? [items] : [])];
  return 1 + Math.max(0, ...inner.map(depthOf));
}
