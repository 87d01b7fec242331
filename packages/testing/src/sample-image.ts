/** A picture of one red point. */
export const PNG_BASE64 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

export function sampleImage(name = "point.png"): { name: string; image: { type: "image/png"; base64: string } } {
  return { name, image: { type: "image/png", base64: PNG_BASE64 } };
}
