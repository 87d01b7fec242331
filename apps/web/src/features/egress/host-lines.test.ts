import { expect, test } from "vitest";
import { hostsOfText, textOfHosts } from "./host-lines.ts";

test("hosts are read as people write them, each once", () => {
  expect(hostsOfText(" API.example.org, *.example.org\n\napi.example.org;localhost:8080 ")).toEqual([
    "api.example.org",
    "*.example.org",
    "localhost:8080",
  ]);
  expect(hostsOfText("  \n ")).toEqual([]);
  expect(hostsOfText(textOfHosts(["a.example", "b.example"]))).toEqual(["a.example", "b.example"]);
});
