import type { RequestImages } from "@crew/core/system";
import type { ModelImage } from "@crew/engine/model";

/** A message's pictures as they are sent. */
export function imagesOfMessage({ images = [] }: { images?: ModelImage[] }, known: RequestImages): { type: string; base64: string }[] {
  return images.flatMap(({ id, type }) => {
    const base64 = known.get(id);
    return base64 === undefined ? [] : [{ type, base64 }];
  });
}
