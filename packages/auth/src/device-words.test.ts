import { expect, test } from "vitest";
import { deviceWords } from "./device-words.ts";

test("what a browser says of itself becomes words of our own", () => {
  const words = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox on Linux",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15":
      "Safari on macOS",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 Edg/150.0":
      "Edge on Windows",
    "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Mobile Safari/537.36": "Chrome on Android",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/150.0 Safari/537.36": "Chrome on Linux",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Mobile Safari/604.1": "Safari on iOS",
    "curl/8.5.0": "curl",
    node: "a Node program",
    "<script>alert(1)</script>": "an unknown device",
  };
  for (const [userAgent, expected] of Object.entries(words)) expect(deviceWords(userAgent), userAgent).toBe(expected);
  expect(deviceWords(null)).toBe("an unknown device");
});
