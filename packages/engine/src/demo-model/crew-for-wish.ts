const WISH_CHARACTERS = 2_000;
const NAME_WORDS = 5;

/** The smallest crew for a wish: one agent that does what was said, on a text that each run is given. */
export function crewForWish(said: string): Record<string, unknown> {
  const wish = (/\bcrew\b\s*(?:that|which|to|for|who)?\s*(.*)/is.exec(said)?.[1] ?? "").trim().slice(0, WISH_CHARACTERS);
  // Braces would ask each run for an input.
  const work = (wish === "" ? "reads a text and says what matters in it" : wish).replace(/[{}]/g, "").replace(/[.!]$/, "");
  const name = work.split(/\s+/).slice(0, NAME_WORDS).join(" ");
  return {
    name: `${name.charAt(0).toUpperCase()}${name.slice(1)}`.slice(0, 80),
    description: `A crew that ${work}.`.slice(0, WISH_CHARACTERS),
    model: "demo/extractive",
    agents: [
      { key: "worker", role: "Careful reader", goal: `A crew's work: ${work}`, backstory: "Quotes what is there and adds nothing." },
    ],
    tasks: [
      {
        key: "work",
        description: `Work on this text: {text}\n\nWhat is wanted: ${work}.`,
        expectedOutput: "A short list of the sentences that matter",
        agent: "worker",
      },
    ],
  };
}
