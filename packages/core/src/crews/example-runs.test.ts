import { demoReply } from "@crew/engine/demo-model/demo-reply";
import { pointsBack } from "@crew/engine/demo-model/standing-alone";
import { MemoryHost } from "@crew/engine/memory-host";
import { runCrew } from "@crew/engine/run-crew";
import { beforeAll, describe, expect, test } from "vitest";
import { BRIEF_EXAMPLE } from "./brief-example.ts";
import { definitionOf, draftCrew } from "./crew-draft.ts";
import { EXAMPLE_CREWS } from "./example-crews.ts";
import { MEETING_EXAMPLE } from "./meeting-example.ts";
import { OFFERS_EXAMPLE } from "./offers-example.ts";

/** What a newcomer gets on the first click: the example's own texts, and the demonstration model. */
async function runExample(crew: (typeof EXAMPLE_CREWS)[number]) {
  let made = 0;
  const draft = draftCrew({ newId: (prefix) => `${prefix}_${++made}` }, crew);
  const host = new MemoryHost({ model: demoReply, inputs: crew.example?.inputs ?? {}, documents: crew.example?.documents ?? [] });
  const { output } = await runCrew(host, definitionOf(draft));
  host.end();
  const results = host.journal.events.flatMap(({ type, data }) =>
    type === "tool_usage_finished" ? [(data as { tool: string; result: string }).result] : [],
  );
  return { output, results, of: (task: string) => host.journal.outputs.get(task)?.text ?? "", outputs: [...host.journal.outputs.values()] };
}
type Run = Awaited<ReturnType<typeof runExample>>;
const runs = new Map<string, Run>();
const runOf = (crew: (typeof EXAMPLE_CREWS)[number]) => runs.get(crew.name) as Run;

beforeAll(async () => {
  for (const crew of EXAMPLE_CREWS) runs.set(crew.name, await runExample(crew));
});

describe.each(EXAMPLE_CREWS)("$name", (crew) => {
  test("ends with a result of substance, and no part of it is an excuse", () => {
    const { output, outputs } = runOf(crew);
    expect(output.split(/\s+/).length).toBeGreaterThan(150);
    for (const { text } of outputs) {
      expect(text.length).toBeGreaterThan(100);
      expect(text).not.toMatch(/names no |no text to work on|only one was given|No sentence says/);
    }
  });

  test("quotes nothing that points back at what is not there", () => {
    for (const { text } of runOf(crew).outputs)
      for (const line of text.split("\n")) {
        const quoted = line.replace(/^(?:- |\d+\. |\| )/, "").replace(/^\*\*[^*]*\*\* — /, "");
        expect(pointsBack(quoted), line).toBe(false);
      }
  });

  test("gives the same result each time", async () => {
    expect((await runExample(crew)).output).toBe(runOf(crew).output);
  });
});

describe("Meeting to actions", () => {
  const ACTIONS = [
    ["Call the landlord about the roof clause", "Mina", "Thursday, 5 March"],
    ["Order the deck oven", "Jonas", "Friday, 6 March"],
    ["Write the job advertisements", "Priya", "Monday, 9 March"],
    ["Send the hospital a written offer", "Luis", "Wednesday, 11 March"],
    ["Check whether the van can reach the hospital before 6:15", "Theo", "not said"],
    ["Report the February and March figures", "Priya", "Tuesday, 7 April"],
    ["Ask the cooperative in Ashford for a price", "Luis", "Friday, 13 March"],
    ["Have it exchanged (“The card reader in Quay Street failed twice on Saturday.”)", "Priya", "this week"],
  ] as const;

  test("finds every action of the notes with its owner and date, and nothing else", () => {
    const [head, , ...rows] = runOf(MEETING_EXAMPLE).of("actions").split("\n");
    expect(head).toBe("| Action | Owner | Due |");
    expect(rows).toHaveLength(ACTIONS.length);
    for (const [at, [what, owner, due]] of ACTIONS.entries()) {
      expect(rows[at]).toContain(`| ${what}`);
      expect(rows[at]?.endsWith(` | ${owner} | ${due} |`), rows[at]).toBe(true);
    }
  });

  test("finds what was decided and what was left open", () => {
    const [decisions = "", questions = ""] = runOf(MEETING_EXAMPLE).of("decisions").split("## Open questions");
    for (const words of [
      "sign the lease",
      "open on Saturday, 9 May",
      "trial of three months",
      "rye on Mondays and Tuesdays. It was decided to halve",
    ])
      expect(decisions).toContain(words);
    expect(decisions.match(/^- /gm)).toHaveLength(4);
    for (const words of ["- Should unsold bread go to the food bank", "6 percent on 1 April. Do we buy ahead?", "nobody could say"])
      expect(questions).toContain(words);
  });

  test("ends with a mail that has the meeting as its subject, all of that in it, and a signature", () => {
    const { output } = runOf(MEETING_EXAMPLE);
    expect(output).toMatch(/^Subject: Planning meeting, Harbor Row Bakery – Tuesday, 3 March\n\nHello everyone,\n/);
    for (const [what, owner] of ACTIONS)
      expect(output).toMatch(new RegExp(`^- \\[ \\] ${what.slice(0, 15)}.* — owner: ${owner}; due: `, "m"));
    expect(output.match(/^- \[ \]/gm)).toHaveLength(ACTIONS.length);
    expect(output).toMatch(/\*\*Open questions\*\*[\s\S]*food bank[\s\S]*Kind regards\nMina$/);
  });
});

describe("Document brief", () => {
  test("lists risks with their figures and dates, no requests and no good news", () => {
    const risks = runOf(BRIEF_EXAMPLE).of("risks");
    expect(risks).toMatch(/^\| Risk \| Figure \| Deadline \|/);
    expect(risks).toMatch(/ends support on 30 June 2027.*\| 30 June 2027 \|$/m);
    expect(risks).toMatch(/145,000; 230,000 \|/);
    expect(risks).toContain("| The book bus has driven 310,000 kilometers. It failed on 17 days");
    expect(risks).not.toMatch(/Loans of printed books|Second, that|Energy cost/);
  });

  test("ends with a brief under the title of the document that says what to decide", () => {
    const { output } = runOf(BRIEF_EXAMPLE);
    const [title, ...sections] = output.split("\n\n## ");
    expect(title).toBe("# River Valley Libraries: report on the year 2025");
    expect(sections.map((section) => section.split("\n")[0])).toEqual(["Summary", "What to decide", "Risks", "Key figures"]);
    expect(sections[1]?.match(/^- (?:First|Second|Third), that /gm)).toHaveLength(3);
    expect(sections[1]).toContain("the roof should come first");
    expect(sections[2]).toContain("The lending system is fourteen years old");
    expect(sections[3]).toMatch(/\*\*284,600, 9 percent\*\* — /);
    expect(output).not.toContain(" · ");
  });
});

describe("Compare two offers", () => {
  test("sets the terms side by side under the names of the offers", () => {
    const terms = runOf(OFFERS_EXAMPLE).of("terms");
    expect(terms).toMatch(/^\| Point \| Offer Northlight \| Offer Verdant \|\n/);
    expect(terms).toMatch(/^\| Price \| The price is 38,900 .* \| The price is 46,500 /m);
    expect(terms).toMatch(/^\| Payment \| We ask for 30 percent .* \| Payment: 10 percent /m);
    expect(terms).toMatch(/^\| Lightning protection \| Not included: .* \| Scaffolding, .*lightning protection \|$/m);
  });

  test("calculates with the calculator what both cost, from the figures in the offers", () => {
    const { results, of } = runOf(OFFERS_EXAMPLE);
    const rows = [
      ["Price with VAT", "46,291", "38900 * 1.19", "55,335", "46500 * 1.19"],
      ["Yearly costs over 10 years", "4,200", "420 * 10", "6,900", "690 * 10"],
      ["Price and yearly costs over 10 years", "50,491", "38900 * 1.19 + 420 * 10", "62,235", "46500 * 1.19 + 690 * 10"],
      ["Budget of 50,000 less the price with VAT", "3,709", "50000 - 38900 * 1.19", "-5,335", "50000 - 46500 * 1.19"],
    ];
    for (const [name, ...cells] of rows) {
      const [first, firstSum, second, secondSum] = cells;
      expect(of("sums")).toContain(`| ${name} | **${first}** = \`${firstSum}\` | **${second}** = \`${secondSum}\` |`);
      expect(results).toContain(`${firstSum} = ${first?.replace(",", "")}`);
    }
    expect(of("sums")).toContain("**0.173** = `(38900 * 1.19 + 420 * 10) / (29200 * 10)`");
  });

  test("ends with a sheet of sums, differences, what is alike, what one alone says, and questions", () => {
    const { output, of } = runOf(OFFERS_EXAMPLE);
    const sections = output.split("## ").slice(1);
    expect(sections.map((section) => section.split("\n")[0])).toEqual([
      "Sums",
      "Differences",
      "In common",
      "Found in one offer only",
      "Questions to ask",
    ]);
    const [sums, differences, common, only, questions] = sections;
    expect(sums).toContain(of("sums"));
    expect(differences).toContain(
      "| Maintenance costs 420 a year and can be canceled with three months' notice. | Maintenance and one cleaning a year cost 690",
    );
    expect(common).toContain("- The price is fixed, whatever happens to the prices of materials.");
    expect(common).not.toMatch(/lightning|inverter/);
    expect(only).toMatch(
      /Found only in Offer Northlight:[\s\S]*Cleaning is not included[\s\S]*Found only in Offer Verdant:[\s\S]*A battery of 20/,
    );
    expect(questions).toMatch(
      /To Offer Northlight:[\s\S]*“Cleaning is not included[\s\S]*To Offer Verdant:[\s\S]*“The price assumes that the cables/,
    );
  });
});
