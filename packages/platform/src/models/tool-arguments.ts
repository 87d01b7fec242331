/**
 * Arguments of an earlier call as an object. What a model wrote may be malformed; several servers refuse a whole
 * conversation for that, and the model has been told of its mistake in the tool's answer.
 */
export function argumentsObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
