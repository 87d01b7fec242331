import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ModelRequest } from "../model.ts";
import { inputValue, taskPrompt } from "../prompts.ts";
import { BUILTIN_TOOLS } from "../tools/builtin-tools.ts";
import { demoReply, demoTokens } from "./demo-reply.ts";
import { expressionsOf } from "./plan-calls.ts";

const NOTES = `Product sync, 18 November

- Decision: launch moves to 9 December.
- Ana will send the new date to the press list by Friday.
- Ben said the checkout still fails for 3% of cards.
- Ben to write a test against the live endpoint before Wednesday
- Agreed to drop the Italian translation.
- TODO: ask the agency for a fixed price – Priya, by 25 November
- Who answers support mails over the holidays?
- The room was warm.
`;

function request(
  description: string,
  expectedOutput: string,
  more: { text?: string; context?: string[]; tools?: string[]; documents?: string[] } = {},
): ModelRequest {
  const input = more.text === undefined ? "" : inputValue(more.text, "notes");
  const documents = (more.documents ?? []).map((name) => ({ name, text: "x".repeat(60_000) }));
  return {
    model: "demo/extractive",
    messages: [
      { role: "system", content: "You are Analyst.\nYour goal: find what matters" },
      { role: "user", content: taskPrompt({ description: description + input, expectedOutput, context: more.context ?? [], documents }) },
    ],
    tools: BUILTIN_TOOLS.filter((tool) => more.tools?.includes(tool.name)).map(({ name, description: words, parameters }) => ({
      name,
      description: words,
      parameters,
    })),
  };
}
const answer = (expectedOutput: string, text = NOTES) => demoReply(request("Work on these notes:", expectedOutput, { text })).text;

describe("forms", () => {
  test("decisions, open questions and nothing else", () => {
    expect(answer("Decisions, then open questions")).toBe(
      "## Decisions\n\n- Launch moves to 9 December.\n- Agreed to drop the Italian translation.\n\n## Open questions\n\n- Who answers support mails over the holidays?",
    );
  });

  test("a table of action items with owner and date", () => {
    expect(answer("A table with columns owner, action item and due")).toBe(
      [
        "| Owner | Action item | Due |",
        "| --- | --- | --- |",
        "| Ana | Send the new date to the press list | Friday |",
        "| Ben | Write a test against the live endpoint | Wednesday |",
        "| Priya | Ask the agency for a fixed price | 25 November |",
      ].join("\n"),
    );
  });

  test("a mail from what earlier tasks found", () => {
    const context = [answer("Decisions"), answer("A table with columns owner, action item and due")];
    const { text } = demoReply(request("Write the follow-up mail.", "A short e-mail", { context }));
    expect(text).toMatch(/^Subject: .+\n\nHello everyone,\n\n\*\*Decisions\*\*/);
    expect(text).toContain("- [ ] Ask the agency for a fixed price — owner: Priya; due: 25 November");
  });

  test("lists of the length asked for, numbered when asked", () => {
    expect(answer("A bulleted list of three facts").split("\n")).toHaveLength(3);
    expect(answer("A numbered list of the two most important points")).toMatch(/^1\. .+\n2\. .+$/);
  });

  test("JSON with the fields named", () => {
    const value = JSON.parse(answer('JSON with fields "title", "decisions" and "action_items"'));
    expect(Object.keys(value)).toEqual(["title", "decisions", "action_items"]);
    expect(value.title).toBe("Product sync, 18 November");
    expect(value.action_items[0]).toEqual({ what: "Send the new date to the press list", owner: "Ana", due: "Friday" });
  });

  test("risks and facts of one text differ", () => {
    expect(answer("A list of risks")).toContain("fails for 3% of cards");
    expect(answer("A list of risks")).not.toContain("warm");
    expect(answer("Figures as a list")).toBe("- **3%** — Ben said the checkout still fails for 3% of cards.");
  });

  test("a comparison sets differing sentences side by side", () => {
    const inputs =
      inputValue("Rent is 9,000 EUR a month.\nCats are allowed.", "first") +
      inputValue("Rent is 6,200 EUR a month.\nCats are allowed.", "second");
    const { text } = demoReply(request(`Compare ${inputs}`, "What they have in common and the differences"));
    expect(text).toBe(
      "## In common\n\n- Cats are allowed.\n\n## Differences\n\n| First | Second |\n| --- | --- |\n| Rent is 9,000 EUR a month. | Rent is 6,200 EUR a month. |",
    );
  });
});

describe("honesty", () => {
  test("with nothing to read it says so, and later tasks do not quote that", () => {
    const { text } = demoReply(request("Find five facts on solar", "List of five"));
    expect(text).toMatch(/^There is no text to work on\. The task was: “Find five facts on solar”/);
    expect(demoReply(request("Write a page", "Markdown", { context: [text] })).text).toMatch(/^There is no text to work on/);
  });

  test("every line of a list stands in the text that was given, in any language", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 12 }), (lines) => {
        const text = lines.map((line) => line.replace(/[\s|*_`>#[\]-]/g, "")).join("\n\n");
        fc.pre(/[\p{L}\p{N}]/u.test(text));
        const { text: said } = demoReply(request("Read", "A list of facts", { text: `Beginning of the text\n${text}` }));
        const given = text.replace(/\s/g, "");
        for (const line of said.split("\n")) {
          const quoted = line.replace(/^- /, "").replace(/\s/g, "");
          expect(`Beginningofthetext${given}`.toLowerCase()).toContain(quoted.toLowerCase().replace(/^[•–—▪◦\d.)☐]+/u, ""));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("the same request gives the same reply, and never throws", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), fc.string({ maxLength: 80 }), (text, expected) => {
        const asked = request("Work", `x ${expected}`, { text: `${text}\n${text}` });
        expect(demoReply(asked)).toEqual(demoReply(asked));
      }),
    );
  });
});

describe("tools", () => {
  const all = BUILTIN_TOOLS.map((tool) => tool.name);
  const callsOf = (description: string, documents: string[] = []) =>
    demoReply(request(description, "Text", { tools: all, documents })).toolCalls.map((call) => [call.name, JSON.parse(call.arguments)]);

  test("are called as the words ask", () => {
    expect(callsOf("Fetch https://example.org/a, then sum it up.")).toEqual([["http_get", { url: "https://example.org/a" }]]);
    expect(callsOf("What date is today in Europe/Berlin?")).toEqual([["current_time", { time_zone: "Europe/Berlin" }]]);
    expect(callsOf("What is 15% of 1,240?")).toEqual([["calculator", { expression: "15 / 100 * 1240" }]]);
    expect(callsOf("Write about the report of 2026-11-22")).toEqual([]);
  });

  test("read every document, long ones in parts, or the one that is named", () => {
    expect(callsOf("Read them", ["a.txt", "b.txt"]).map(([, args]) => [args.name, args.from])).toEqual([
      ["a.txt", 0],
      ["a.txt", 50_000],
      ["b.txt", 0],
      ["b.txt", 50_000],
    ]);
    expect(callsOf("Read b.txt", ["a.txt", "b.txt"]).map(([, args]) => args.name)).toEqual(["b.txt", "b.txt"]);
  });

  test("expressions are found, dates and ranges are not", () => {
    expect(expressionsOf("growth from 950 to 1,200 in percent")).toEqual(["round((1200 - 950) / 950 * 100, 2)"]);
    expect(expressionsOf("the average of 3, 4 and 5")).toEqual(["avg(3, 4, 5)"]);
    expect(expressionsOf("calculate (2 + 3) * 4")).toEqual(["(2 + 3) * 4"]);
    for (const text of ["on 2026-11-22", "pages 10-20", "call 555-1234", "what is 24/7 support"])
      expect(expressionsOf(text).length).toBeLessThan(2);
    expect(expressionsOf("pages 10-20 of 2026-11-22")).toEqual([]);
  });
});

test("tokens joined are the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(demoTokens(text).join("")).toBe(text);
    }),
  );
});

test("a picture is answered honestly: it is not seen, and what is in the words still counts", () => {
  const images = [{ id: "image_a", type: "image/png" }];
  const ask = (content: string) => demoReply({ model: "demo/extractive", messages: [{ role: "user", content, images }], tools: [] }).text;
  expect(ask("What is in this picture?")).toMatch(/^I cannot see the picture that you sent: this demonstration reads texts only\./);
  const pasted = `Who sends the new date?\n${NOTES}`;
  expect(ask(pasted)).toContain("Ana will send the new date to the press list by Friday.");
});
