import { expect, test } from "vitest";
import { sessionCookie } from "./session-cookie.ts";

const cookie = sessionCookie({ secret: "a secret of more than thirty-two bytes", publicUrl: "http://localhost:3000" });

test("a token that was issued is read back, among other cookies too", () => {
  const pair = cookie.issue("token-1").split(";")[0];
  expect(cookie.read(pair)).toBe("token-1");
  expect(cookie.read(`theme=dark; ${pair}; x=1`)).toBe("token-1");
});

test("a token without our signature is none", () => {
  const [, value] = cookie.issue("token-1").split(";", 1)[0]?.split("=") ?? [];
  const other = sessionCookie({ secret: "another secret of thirty-two bytes!!", publicUrl: "http://localhost:3000" });
  const headers = [
    undefined,
    "",
    "crew_session=token-1",
    "crew_session=token-1.AAAA",
    `crew_session=${value?.replace("token-1", "token-2")}`,
    `xcrew_session=${value}`,
    "crew_session=%E0%A4%A",
    `${"a=b; ".repeat(5_000)}crew_session=${value}`,
    other.issue("token-1").split(";")[0],
  ];
  for (const header of headers) expect(cookie.read(header), header?.slice(0, 60)).toBeUndefined();
});

test("over https the cookie is bound to the host and never sent in the clear", () => {
  const secure = sessionCookie({ secret: "a secret of more than thirty-two bytes", publicUrl: "https://crews.example.org" });
  expect(secure.issue("t")).toMatch(/^__Host-crew_session=.*; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
  expect(secure.issue("t")).not.toMatch(/Domain/i);
  expect(cookie.issue("t")).toMatch(/^crew_session=.*; HttpOnly; SameSite=Lax$/);
});
