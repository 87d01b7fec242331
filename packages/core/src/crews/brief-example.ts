import { CrewInput } from "@crew/contracts/crews";

const REPORT = `# River Valley Libraries: report on the year 2025

River Valley Libraries run four branches (Center, Eastbridge, Holm and Upper Mill) and one book bus for a district of
61,000 people. This report goes to the district council, which meets in February to decide on the budget of the next year.

## Visitors and loans

The four branches counted 284,600 visits in 2025, 9 percent more than in 2024. Center alone had 151,200. The number of
active card holders rose from 17,900 to 19,350, so that almost every third person in the district now has a card. Loans
of printed books fell by 3 percent to 402,000, while loans of e-books and audio books rose by 27 percent to 118,500. The
book bus served 38 villages and lent 21,400 items; 62 percent of its users are younger than twelve.

Events drew 14,800 people, most of them to the homework hours that volunteers hold on weekday afternoons. In the survey
of October, which 2,140 people answered, 91 percent said that they were satisfied or very satisfied. The most frequent
wish, named by 44 percent, was longer opening hours in the evening.

## Money

The libraries spent 3.42 million in 2025: 1.96 million for staff, 610,000 for buildings and energy, 540,000 for media and
310,000 for everything else. The district paid 2.95 million of it. Fees and fines brought 168,000, grants 224,000 and
donations 78,000. The cost of one visit was 12.02, compared with 12.60 the year before.

Energy cost 231,000, which is 18 percent less than in 2024, mainly because Eastbridge received heat pumps in May. Licenses
for e-books cost 164,000 and have doubled within three years. Publishers now grant most of them for 24 months only, after
which the same title must be paid for again.

## Staff

At the end of the year 41 people held 33.5 full-time positions. Two positions at Holm have been vacant since June, and Holm
therefore closes on Mondays and Fridays. Eleven of the 41 colleagues will retire before the end of 2030. Sickness rose to
19 days for each person, four more than in 2024. There were 96 volunteers, who gave about 7,300 hours.

## Buildings and technology

The roof of Upper Mill leaks. The surveyor's report of September warns that another winter could damage the reading room
and puts the repair at 145,000 if it is done in 2026 and at 230,000 if it is put off by two years. The lending system is
fourteen years old; its maker ends support on 30 June 2027, and after that date no security updates will come. Moving to
a new system takes about twelve months and costs between 90,000 and 120,000.

The book bus has driven 310,000 kilometers. It failed on 17 days in 2025, and its next inspection, in August 2026, is
at risk. A used electric bus would cost 240,000, of which a state program would pay up to 60 percent if the application
is handed in before 30 April.

## What we ask for

First, that the council grants the repair of the Upper Mill roof in 2026. Second, that one of the two vacant positions at
Holm is filled and the other one becomes a shared position for e-media, at no additional cost. Third, that the council
allows us to apply for the book bus before the end of April. If it must choose, the roof should come first, because
waiting makes it dearer by 85,000.

## Outlook

We expect 295,000 visits in 2026. The largest uncertainty is the price of e-book licenses: if it grows as in the last
three years, it will take a third of the media budget by 2028. A trial of opening without staff from 18:00 to 21:00 at
Center starts in March and is paid for by a grant of 36,000, which ends after one year.
`;

/** A long report becomes one page for people who decide. */
export const BRIEF_EXAMPLE = CrewInput.parse({
  name: "Document brief",
  description: "Reads a long document and writes one page for people who must decide: facts and figures, risks, and what is asked of them.",
  agents: [
    {
      key: "fact_finder",
      role: "Fact finder",
      goal: "Pick out the facts and figures that matter about {focus}",
      backstory: "Was an auditor and quotes a figure only together with its unit and its year.",
      tools: ["read_document", "calculator"],
    },
    {
      key: "risk_reader",
      role: "Risk reader",
      goal: "Find what could go wrong, what it would cost and until when something can be done",
      backstory: "Reads the end of a report first, because the bad news stands there.",
      tools: ["read_document"],
    },
    {
      key: "brief_writer",
      role: "Brief writer",
      goal: "Write one page on which {audience} can decide",
      backstory: "Wrote briefs for a mayor who gave every paper two minutes.",
    },
  ],
  tasks: [
    {
      key: "facts",
      description:
        "Read the document. Choose the ten facts and figures that say most about {focus}. Copy each figure exactly, with its unit and the year that it stands for.",
      expectedOutput:
        "The title of the document as a heading, below it a numbered list of ten facts, each in whole sentences and with its figure.",
      agent: "fact_finder",
      context: [],
    },
    {
      key: "risks",
      description:
        "Read the document. Find the risks that it names or that follow from its figures: what is failing, ending, vacant, rising in price or at risk, and the dates until which something can be done.",
      expectedOutput: "A markdown table with the columns Risk, Figure, Deadline. Five to eight rows, the most urgent first.",
      agent: "risk_reader",
      context: [],
    },
    {
      key: "requests",
      description:
        "Read the document. Find what it asks of its readers: what they are to grant, decide or allow, until when, and what comes first if not everything is possible.",
      expectedOutput: "A bulleted list of the requests and recommendations, in the words of the document.",
      agent: "fact_finder",
      context: [],
    },
    {
      key: "brief",
      description:
        "Write the brief for {audience} from the facts, the risks and the requests. Add nothing that the earlier outputs do not say.",
      expectedOutput:
        "Markdown of at most one page: the title of the document, then the headings Summary, What to decide, Risks and Key figures. The summary has three sentences; the other parts are lists.",
      agent: "brief_writer",
      context: ["facts", "risks", "requests"],
    },
  ],
  example: {
    inputs: { audience: "the members of the district council", focus: "visitors, money and buildings" },
    documents: [{ name: "libraries-2025.md", text: REPORT }],
  },
});
