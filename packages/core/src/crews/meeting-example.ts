import { CrewInput } from "@crew/contracts/crews";

const NOTES = `# Planning meeting, Harbor Row Bakery

Tuesday, 3 March, 16:00 to 17:10, in the back room of the Quay Street shop.
Present: Mina Okafor (owner), Jonas Feld (head baker), Priya Raman (shop manager), Luis Ortega (books and purchasing).
Absent: Theo Brandt (deliveries), on leave until Monday.

## Second shop on Mill Lane

Mina opened with the lease. The landlord has come down from 2,400 to 2,150 a month if we sign for five years, with a way
out after three. Luis has gone through the contract and sees no traps, only that repairs to the roof would be ours. We
decided to sign the lease for Mill Lane for five years, on condition that the landlord takes the roof. Mina will call the
landlord about the roof clause by Thursday, 5 March. Nobody wanted to go on without that clause.

The opening date was discussed at length. Jonas needs six weeks to train two more bakers, and the oven takes five weeks to
arrive after it is ordered. It was decided to open on Saturday, 9 May, and not to announce the date before the oven is
confirmed. Jonas will order the deck oven (quoted at 18,900 including installation) by Friday, 6 March. Priya will write
the job advertisements for two bakers and one counter assistant by Monday, 9 March, and put them on the board of the
vocational school as well.

## Bread for the hospital

The hospital kitchen asked for 320 rolls each weekday from April on. At 0.42 a roll that is about 2,900 a month. Jonas
says that the night shift can do it if the croissants are laminated the day before. We agreed to take the hospital's order
for a trial of three months. Luis will send the hospital a written offer by Wednesday, 11 March, with payment within 14
days. Theo will check whether the van can reach the hospital before 6:15; nobody could say so in his absence.

## Waste

We threw away 11 percent of what we baked in February, up from 8 percent in January. Priya showed that almost all of it
is rye on Mondays and Tuesdays. It was decided to halve the rye on these two days, starting next week. Priya will report
the February and March figures side by side on Tuesday, 7 April. Left open: should
unsold bread go to the food bank, or be sold at half price after 17:00? Mina likes the food bank, Luis fears for the prices
of the afternoon trade.

## Flour

The mill raises its prices by 6 percent on 1 April. Do we buy ahead? The store room holds nine pallets at most, and two
are needed for packaging. Luis will ask the cooperative in Ashford for a price for 12 tons by
Friday, 13 March, so that we can compare.

## Anything else

The card reader in Quay Street failed twice on Saturday. Priya will have it exchanged this week. The summer party was
moved to the next meeting.

Next meeting: Tuesday, 17 March, 16:00, same place.
`;

/** The first thing that a newcomer runs: one page of notes becomes decisions, a table of actions and a mail. */
export const MEETING_EXAMPLE = CrewInput.parse({
  name: "Meeting to actions",
  description: "Turns the notes of a meeting into its decisions, a table of who does what by when, and a follow-up mail.",
  agents: [
    {
      key: "note_reader",
      role: "Note reader",
      goal: "Find what a meeting really decided and what it left open",
      backstory: "Has kept the minutes of many boards and knows that half of what is said is not decided.",
      tools: ["read_document"],
    },
    {
      key: "action_tracker",
      role: "Action tracker",
      goal: "See to it that no promise made in a meeting is lost",
      backstory: "Ran projects for years with nothing but a list of names and dates.",
      tools: ["read_document", "current_time"],
    },
    {
      key: "correspondent",
      role: "Correspondent",
      goal: "Write mails that busy people read to the end",
      backstory: "Believes that a mail has one subject, short sentences and no adjectives.",
    },
  ],
  tasks: [
    {
      key: "decisions",
      description:
        "Read the meeting notes in the documents. Collect every decision that was made, and every question that was left open. Keep close to the words of the notes, with their dates and amounts, and leave out the talk around them.",
      expectedOutput:
        "Markdown: the title of the meeting with its date on the first line, then the headings Decisions and Open questions. Under each heading a bulleted list in whole sentences.",
      agent: "note_reader",
      context: [],
    },
    {
      key: "actions",
      description:
        "Read the meeting notes in the documents. Find everything that somebody will do. Name the owner of each action and its due date as the notes give them; where they do not, write: not said.",
      expectedOutput: "A markdown table with the columns Action, Owner, Due. Keep the order of the notes.",
      agent: "action_tracker",
      context: [],
    },
    {
      key: "follow_up",
      description:
        "Write the follow-up mail of this meeting to {audience}, signed by {sender}. Say what was decided, who does what by when, and what is still open. Use only what the earlier outputs say.",
      expectedOutput:
        "A mail of at most 400 words: a line with the subject, which is the title and date of the meeting, a greeting, the decisions, the actions with owner and date, the open questions, a signature.",
      agent: "correspondent",
      context: ["decisions", "actions"],
    },
  ],
  example: {
    inputs: { audience: "everyone who was in the meeting, and Theo, who was on leave", sender: "Mina" },
    documents: [{ name: "planning-meeting.md", text: NOTES }],
  },
});
