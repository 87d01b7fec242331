import type { CrewInput } from "@crew/contracts/crews";
import { BRIEF_EXAMPLE } from "./brief-example.ts";
import { MEETING_EXAMPLE } from "./meeting-example.ts";
import { OFFERS_EXAMPLE } from "./offers-example.ts";

/** What every new workspace starts with; each runs at once with its own example. The first one is shown first. */
export const EXAMPLE_CREWS: readonly CrewInput[] = [MEETING_EXAMPLE, BRIEF_EXAMPLE, OFFERS_EXAMPLE];
