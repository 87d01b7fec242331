import { CrewInput } from "@crew/contracts/crews";

const NORTHLIGHT = `# Offer 2026-118

Northlight Solar, Canal Road 14, to Birchfield Primary School, 12 January 2026

Thank you for showing us the roof of the gymnasium on 7 January. We offer a photovoltaic system as follows.

## What you get

- 72 modules of 440 watts each, together 31.7 kilowatts, on the south side of the gymnasium
- one inverter with a capacity of 30 kilowatts, mounted in the cellar
- a display in the entrance hall that shows the pupils what the roof produces
- scaffolding, mounting, connection to the grid and registration

We expect a yield of 29,200 kilowatt hours in a year of average weather.

## Price

The price is 38,900 plus 19 percent VAT. It is valid until 31 March 2026. We ask for 30 percent with the order, 50 percent
when the modules arrive and 20 percent after acceptance. Maintenance costs 420 a year and can be canceled with three
months' notice. Cleaning is not included; it costs 350 each time and is recommended every second year.

## Dates

We can start eight weeks after the order and need nine working days, of which three days make noise. Work during the
Easter holidays is possible if the order reaches us by 6 February. After that the next free weeks are in July.

## Warranty

The modules have a product warranty of 15 years and a performance warranty of 87 percent after 25 years. The inverter has
a warranty of five years, which can be extended to ten years for 690. We are liable for our work for five years. In case
of a failure we come within three working days.

## Our work

The price is fixed, whatever happens to the prices of materials. We take the packaging away and leave roof and yard clean.

## Not included

Strengthening the roof, should the structural engineer ask for it, and a lightning protection system. The school provides
the structural engineer's report. A battery can be added later; the inverter is prepared for it.
`;

const VERDANT = `# Your solar roof: our proposal

Verdant Roofworks, Old Tannery 3, to Birchfield Primary School, 19 January 2026

We are roofers who build solar roofs, and we have built forty of them on public buildings of this county.

## Scope

- 64 modules of 460 watts each, together 29.4 kilowatts, spread over the south and the west side, so that the sun of the afternoon is used as well
- two inverters of 15 kilowatts each: if one fails, half of the roof goes on working
- a battery of 20 kilowatt hours
- scaffolding, mounting, connection, registration and lightning protection
- the structural engineer's report

The expected yield is 26,800 kilowatt hours a year. With the battery the school uses about 64 percent of it itself.

## Costs

The price is 46,500 plus 19 percent VAT and stands until 28 February 2026. Payment: 10 percent with the order, 90 percent
after acceptance. Maintenance and one cleaning a year cost 690 together. The contract for maintenance runs for five years
and is extended by one year unless it is canceled six months before.

## Time

Start twelve weeks after the order, within the summer holidays if you order by the end of March. The work takes fourteen
working days. The gymnasium must stay closed for four of them.

## Guarantees

Product warranty of the modules 25 years, performance warranty of 89 percent after 30 years. Inverters and battery ten
years each; the battery keeps at least 70 percent of its capacity in that time. Ten years for our work and for a tight
roof where we have worked. A technician comes on the next working day.

## Our promise

Whatever happens to the prices of materials, the price is fixed. We leave roof and yard clean and take the packaging away.

## Please note

The west side is shaded by two maple trees from September on. If they are cut back the yield rises by about 900 kilowatt
hours a year. The price assumes that the cables can run through the old chimney; if not, 1,200 are added.
`;

/** Two documents against each other, with sums that the calculator makes. */
export const OFFERS_EXAMPLE = CrewInput.parse({
  name: "Compare two offers",
  description: "Sets two offers side by side, calculates what they really cost, and writes the sheet on which to decide.",
  agents: [
    {
      key: "offer_reader",
      role: "Offer reader",
      goal: "Bring both offers into one form, so that they can be compared line by line",
      backstory: "Worked in purchasing and looks first for what an offer does not include.",
      tools: ["read_document"],
    },
    {
      key: "cost_analyst",
      role: "Cost analyst",
      goal: "Calculate what each offer costs over {years} years",
      backstory: "Never adds in the head: every sum goes through the calculator and is shown.",
      tools: ["read_document", "calculator"],
    },
    {
      key: "adviser",
      role: "Adviser",
      goal: "Give {buyer} one sheet on which they can decide, and the questions that they should still ask",
      backstory: "Leaves the choice to those who pay, and makes sure that they know what they choose between.",
      tools: ["read_document"],
    },
  ],
  tasks: [
    {
      key: "terms",
      description:
        "Read both offers in the documents and set their terms side by side, in the words of the offers. Where you find nothing about a point in an offer, write: not found.",
      expectedOutput:
        "A markdown table with the columns Point, then one for each offer, named after its document. Its rows are modules, inverter, battery, yield, price, payment, maintenance, start, working days, product warranty, structural engineer and lightning protection.",
      agent: "offer_reader",
      context: [],
    },
    {
      key: "sums",
      description:
        "Read both offers in the documents and calculate with the calculator, for each offer: the price with VAT, the yearly costs over {years} years, the sum of both, that sum for each kilowatt hour expected in these years, and what is left of the budget of {budget} after the price with VAT. Use only figures that stand in the offers.",
      expectedOutput:
        "A markdown table of the sums: one row for each sum, one column for each offer, and in each cell the result and its expression, such as 119 = 100 * 1.19.",
      agent: "cost_analyst",
      context: [],
    },
    {
      key: "decision_sheet",
      description:
        "Write the sheet on which {buyer} decides between the two offers. What matters most to them: {priority}. Take the sums from the earlier outputs as they are, and everything else from the offers in the documents, in their words. Do not choose for the buyer.",
      expectedOutput:
        "Markdown with the headings Sums, Differences, In common, Found in one offer only and Questions to ask. Sums repeats the table of the sums; Differences sets the terms of both offers side by side in a table; the other parts are lists. The questions are for each bidder, about conditions, exclusions and points that only the other one names.",
      agent: "adviser",
      context: ["sums"],
    },
  ],
  example: {
    inputs: {
      buyer: "Birchfield Primary School",
      budget: "50000",
      priority: "no surprises in the cost, and no lessons lost in the gymnasium",
      years: "10",
    },
    documents: [
      { name: "offer-northlight.md", text: NORTHLIGHT },
      { name: "offer-verdant.md", text: VERDANT },
    ],
  },
});
