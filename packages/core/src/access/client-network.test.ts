import { expect, test } from "vitest";
import { canonicalAddress, clientNetwork } from "./client-network.ts";

test("T-03 one address has one spelling, however it is written", () => {
  const spellings = [
    "2001:db8:0:0:0:0:0:1",
    "2001:0db8:0000:0000:0000:0000:0000:0001",
    "2001:DB8::1",
    "2001:db8::0:1",
    "2001:db8:0::1",
    "2001:db8:0:0::1",
    "2001:db8::0.0.0.1",
    "2001:0DB8::0001",
    "2001:db8:0000::0001",
    "2001:db8::1%eth0",
  ];
  expect(new Set(spellings.map(canonicalAddress))).toEqual(new Set(["2001:db8::1"]));
  expect(new Set(spellings.map(clientNetwork))).toEqual(new Set(["2001:db8:0:0::/64"]));
  for (const mapped of ["::ffff:203.0.113.7", "::FFFF:203.0.113.7", "::ffff:cb00:7107", "0:0:0:0:0:ffff:cb00:7107", "203.0.113.7"])
    expect(canonicalAddress(mapped), mapped).toBe("203.0.113.7");
});

test("T-03 a whole /64 counts as one, its neighbour as another", () => {
  const inside = Array.from({ length: 200 }, (_, i) =>
    clientNetwork(`2001:db8:1:2:${(i * 7919).toString(16).slice(-4)}::${i.toString(16)}`),
  );
  expect(new Set(inside)).toEqual(new Set(["2001:db8:1:2::/64"]));
  expect(clientNetwork("2001:db8:1:3::1")).toBe("2001:db8:1:3::/64");
  expect(clientNetwork("198.51.100.7")).not.toBe(clientNetwork("198.51.100.8"));
});

test("what is no address counts together", () => {
  for (const odd of [undefined, null, "", "unknown", "_hidden", "1.2.3", "1.2.3.4, 5.6.7.8", "::1::", "[::1]"]) {
    expect(canonicalAddress(odd)).toBeNull();
    expect(clientNetwork(odd)).toBe("unknown");
  }
});
