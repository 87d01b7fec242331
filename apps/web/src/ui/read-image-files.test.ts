import { PNG_BASE64 } from "@crew/testing/sample-image";
import { expect, test } from "vitest";
import { looksLikeImage, readImageFiles } from "./read-image-files.ts";

const png = Buffer.from(PNG_BASE64, "base64");

test("reads pictures by their first bytes and tells names apart, as pasted ones are all called the same", async () => {
  const files = [new File([png], "image.png"), new File([png], "image.png"), new File([png], "old.gif", { type: "image/gif" })];
  const { images, problems } = await readImageFiles(files, { most: 4, taken: [{ name: "image.png" }] });
  const image = { type: "image/png", base64: PNG_BASE64 };
  expect(images).toEqual([
    { name: "image (2).png", image },
    { name: "image (3).png", image },
    { name: "old.gif", image },
  ]);
  expect(problems).toEqual([]);
});

test("names each that it does not take, and keeps the others", async () => {
  const files = [
    new File(["<svg/>"], "a.svg", { type: "image/svg+xml" }),
    new File([new Uint8Array(3 * 1024 * 1024 + 1)], "huge.png"),
    new File([png], "b.png"),
    new File([png], "c.png"),
  ];
  expect(files.every(looksLikeImage)).toBe(true);
  const { images, problems } = await readImageFiles(files, { most: 1, taken: [] });
  expect(images.map(({ name }) => name)).toEqual(["b.png"]);
  expect(problems).toEqual([
    "a.svg is no PNG, JPEG, WebP or GIF.",
    "huge.png is too large: a picture may have 3 MiB.",
    "c.png: no more pictures fit into one message.",
  ]);
});
