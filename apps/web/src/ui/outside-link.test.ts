import { expect, test } from "vitest";
import { hostOf, mailAddressOf } from "./outside-link.tsx";

test("a link shows the host that it leads to, whatever stands before it", () => {
  expect(hostOf("https://bank.example@evil.example/login")).toBe("evil.example");
  expect(hostOf("https://bücher.example")).toBe("xn--bcher-kva.example");
  for (const href of ["javascript:alert(1)", "data:text/html,x", "//evil.example", "blob:https://x", "file:///etc/passwd", undefined]) {
    expect(hostOf(href)).toBeNull();
  }
});

test("a mail link keeps its address and nothing that goes with it", () => {
  expect(mailAddressOf("mailto:ada@example.org?bcc=eve@evil.example&body=x")).toBe("ada@example.org");
  for (const href of ["mailto:", "mailto:a@b.example,eve@evil.example", "mailto:%61@b.example"]) expect(mailAddressOf(href)).toBeNull();
});
