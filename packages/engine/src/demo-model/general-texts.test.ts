import { describe, expect, test } from "vitest";
import type { ModelMessage, ModelRequest } from "../model.ts";
import { taskPrompt } from "../prompts.ts";
import { BUILTIN_TOOLS } from "../tools/builtin-tools.ts";
import { demoReply } from "./demo-reply.ts";
import { standingAlone } from "./standing-alone.ts";

/** Runs one task over documents to its answer, tools included. */
async function answer(description: string, expectedOutput: string, texts: Record<string, string>, context: string[] = []) {
  const documents = Object.entries(texts).map(([name, text]) => ({ name, text }));
  const messages: ModelMessage[] = [
    { role: "system", content: "You are Analyst.\nYour goal: find what matters" },
    { role: "user", content: taskPrompt({ description, expectedOutput, context, documents }) },
  ];
  const tools = BUILTIN_TOOLS.filter(({ name }) => name === "read_document" || name === "calculator");
  const calls: string[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const reply = demoReply({ model: "demo/extractive", messages, tools } satisfies ModelRequest);
    if (reply.toolCalls.length === 0) return { text: reply.text, calls, turns: turn + 1 };
    messages.push({ role: "assistant", content: "", toolCalls: reply.toolCalls });
    for (const call of reply.toolCalls) {
      const context = {
        signal: new AbortController().signal,
        idempotencyKey: call.id,
        now: () => new Date(0),
        documents,
        answer: "",
        searchFiles: async () => [],
      };
      const tool = tools.find(({ name }) => name === call.name);
      const closed = async () => Promise.reject(new Error("no network"));
      const content =
        (await tool?.run(JSON.parse(call.arguments), { ...context, fetchText: closed, postJson: closed, markOutside: () => {} })) ?? "";
      messages.push({ role: "tool", toolCallId: call.id, toolName: call.name, content, isError: false });
      calls.push(call.arguments);
    }
  }
  throw new Error("it never answered");
}

const CLUB = `Board of the rowing club

Monday, 12 October 2026, 19:00, boathouse. Present: Anna Lind, Ben Achterberg, Chiara Neri.

The dock is rotten at the north end. Anna and Ben are going to repair it before the season, and Chiara will ask the city
for a permit by 2 November. Ben offered to inform the members by mail next week. Chiara was asked to check the bylaws.
Eastbridge will receive new boats in May. Ben will be away in November.

Whether juniors may use the gym alone was left open. The gym is open on Saturdays.

- Winter party: 12 December. Anna to book the band
- TODO: insure the new boats (Ben)
- Agreed to sell the old trailer. Chiara: I'll put it on the notice board by Friday.
`;

describe("actions", () => {
  test("of several owners, in clauses, lists and speech, each once", async () => {
    const { text } = await answer("Find the actions. Where there is no date, write: not given", "A table with columns Action, Owner, Due", {
      "a.txt": CLUB,
    });
    expect(text.split("\n").slice(2)).toEqual([
      "| Repair it before the season (“The dock is rotten at the north end.”) | Anna and Ben | not given |",
      "| Ask the city for a permit | Chiara | 2 November |",
      "| Inform the members by mail | Ben | next week |",
      "| Check the bylaws | Chiara | not given |",
      "| Book the band | Anna | not given |",
      "| Insure the new boats | Ben | not given |",
      "| Put it on the notice board (“Agreed to sell the old trailer.”) | Chiara | Friday |",
    ]);
  });

  test("a question left open is found, an open door is none", async () => {
    const { text } = await answer("Read", "The open questions", { "a.txt": CLUB });
    expect(text).toBe("- Whether juniors may use the gym alone was left open.");
  });

  test("a mail without any title is called by what is in it", async () => {
    const { text } = await answer("Write the mail, signed by Kim", "A mail with the decisions and actions", {}, [
      "## Decisions\n\n- We agreed to wait.",
    ]);
    expect(text).toMatch(/^Subject: Decisions, Action items\n[\s\S]*Kind regards\nKim$/);
  });
});

const REPORT = `# Cycle Works, first half of 2026

Sales rose by 12 percent to 1.9 million. Online sales grew faster than the shops. They now make 38 percent of the total.
Walk-in repairs fell by 3 percent, while booked repairs rose by 20 percent.

## Problems

The warehouse lease expires on 31 December 2026. It cannot be extended. Sales of spare parts fell by 15 percent. Complaints
fell by 10 percent. Two mechanics left; their positions are vacant.

## Proposal

We propose to rent the hall in Dock Street for 7,400 a month. It is available from November. Second, we ask the board to
replace the vacant mechanics.
`;

describe("reports", () => {
  test("risks are no requests, no good news, and bring their subject along", async () => {
    const { text } = await answer("Read", "A table with the columns Risk, Figure, Deadline", { "r.md": REPORT });
    expect(text.split("\n").slice(2)).toEqual([
      "| The warehouse lease expires on 31 December 2026. It cannot be extended. | – | 31 December 2026 |",
      "| Sales of spare parts fell by 15 percent. | 15 percent | – |",
      "| Two mechanics left; their positions are vacant. | – | – |",
    ]);
  });

  test("sections have the names that were asked for", async () => {
    const { text } = await answer("Read", "Markdown: the title, then the headings Main risks, What to decide and Key figures", {
      "r.md": REPORT,
    });
    expect(text.match(/^#.*/gm)).toEqual(["# Cycle Works, first half of 2026", "## Main risks", "## What to decide", "## Key figures"]);
    expect(text).toContain("- Second, we ask the board to replace the vacant mechanics.");
    expect(text).toContain("Online sales grew faster than the shops. They now make 38 percent");
  });
});

describe("sentences that lean on others", () => {
  const texts = (...sentences: string[]) => standingAlone(sentences).map(({ text }) => text);

  test("are joined to the one before", () => {
    for (const second of [
      "It leaks.",
      "This is new.",
      "Because of that we wait.",
      "If it rains, we stay.",
      "Four of them are red.",
      "Why?",
    ])
      expect(texts("The roof is old.", second)).toEqual([`The roof is old. ${second}`]);
  });

  test("stand alone when they only look like it", () => {
    for (const second of ["It was decided to wait.", "This report is long.", "That roof-maker left.", "We sold it."])
      expect(texts("The roof is old.", second)).toHaveLength(2);
  });

  test("are marked when nothing is before them, or too much", () => {
    expect(standingAlone(["They left."])).toEqual([{ text: "They left.", isDangling: true }]);
    expect(standingAlone([`${"word ".repeat(100)}end.`, "It is so."])[1]).toEqual({ text: "It is so.", isDangling: true });
  });
});

const BIDS = {
  "clean_and_shine.pdf": `Cleaning offer

Shine cleans 1,200 square meters on five evenings a week. The fee is EUR 1,150 per month plus 20% VAT. The contract can be
ended with two months' notice. Detergents are included.
`,
  "bright-GmbH.txt": `Offer of Bright

Bright cleans 1,200 square meters on three evenings a week. The price is 980 EUR per month, excluding 20% VAT. The contract
runs for one year and can be ended with six months' notice. Detergents are included.

Exclusions:

- Snow clearing
`,
};

describe("offers", () => {
  test("monthly fees become sums of years, in two turns of calls", async () => {
    const { text, calls, turns } = await answer(
      "Calculate the costs with VAT over 3 years. The budget is 40,000.",
      "A table of the sums",
      BIDS,
    );
    expect(text.split("\n")).toEqual([
      "| Sum | Clean and Shine | Bright GmbH |",
      "| --- | --- | --- |",
      "| Yearly costs with VAT over 3 years | **49,680** = `1150 * 12 * 1.2 * 3` | **42,336** = `980 * 12 * 1.2 * 3` |",
      "| Budget of 40,000 less these costs | **-9,680** = `40000 - 1150 * 12 * 1.2 * 3` | **-2,336** = `40000 - 980 * 12 * 1.2 * 3` |",
    ]);
    expect(calls).toHaveLength(6);
    expect(turns).toBe(3);
  });

  test("what differs by one word that counts is not called common, and an exclusion says so", async () => {
    const { text } = await answer("Compare", "The headings In common, Differences, Only in one offer and Questions to ask", BIDS);
    const [, common, differences, only, questions] = text.split("## ");
    expect(common?.trim()).toBe("In common\n\n- Detergents are included.");
    expect(differences).toContain(
      "| Shine cleans 1,200 square meters on five evenings a week. | Bright cleans 1,200 square meters on three evenings a week. |",
    );
    expect(only).toContain("Found only in Bright GmbH:\n\n- Exclusions: Snow clearing");
    expect(questions).toContain("- You write: “Exclusions: Snow clearing” – what would it cost, from you or from others?");
  });

  test("nothing is calculated without figures, or without being asked", async () => {
    expect(
      (await answer("Calculate the costs with VAT over 3 years", "A table of the sums", { "a.txt": "We come each year in 3 vans." })).calls,
    ).toHaveLength(1);
    expect((await answer("Summarize", "A summary", BIDS)).calls).toHaveLength(2);
  });
});
