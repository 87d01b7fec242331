import { ALERT_TOPICS } from "../security-events/security-words.ts";

export interface Topic {
  /** The beginning of event types. */
  events: string;
  words: string;
}

export interface TopicGroup {
  all: Topic;
  some: readonly Topic[];
  /** Security events are for those who may see them. */
  isSecurity?: true;
}

const [ALL_SECURITY = { events: "security.", words: "Everything about security" }, ...SOME_SECURITY] = ALERT_TOPICS;

/** What a webhook can listen to, in the order in which the form offers it. */
export const TOPIC_GROUPS: readonly TopicGroup[] = [
  {
    all: { events: "run.", words: "Everything about runs" },
    some: [
      { events: "run.started", words: "Started" },
      { events: "run.waiting", words: "Waiting for somebody or something" },
      { events: "run.succeeded", words: "Succeeded" },
      { events: "run.failed", words: "Failed" },
      { events: "run.cancelled", words: "Stopped" },
    ],
  },
  { all: { events: "task.", words: "Every finished task" }, some: [] },
  { all: { events: "approval.", words: "Questions to people, and their answers" }, some: [] },
  { all: { events: "budget.", words: "Budgets that run short" }, some: [] },
  { all: { events: "schedule.", words: "Schedules that could not start a run" }, some: [] },
  { all: { events: "dead_letter.", words: "Dead letters" }, some: [] },
  { all: { events: "crew.", words: "Crews that were made, changed or deleted" }, some: [] },
  { all: ALL_SECURITY, some: SOME_SECURITY, isSecurity: true },
];

const TOPICS = TOPIC_GROUPS.flatMap(({ all, some }) => [all, ...some.map((topic) => nameOfRun(topic))]);

function nameOfRun(topic: Topic): Topic {
  return topic.events.startsWith("run.") ? { ...topic, words: `Runs: ${topic.words.toLowerCase()}` } : topic;
}

export function findTopic(events: string): Topic | undefined {
  return TOPICS.find((topic) => topic.events === events);
}

export function isAboutSecurity(events: readonly string[]): boolean {
  return events.some((one) => one.startsWith("security."));
}

const EVENTS: Record<string, string> = {
  "webhook.test": "Test",
  "run.started": "Run started",
  "run.waiting": "Run waits",
  "run.succeeded": "Run succeeded",
  "run.failed": "Run failed",
  "run.cancelled": "Run stopped",
  "task.completed": "Task finished",
  "approval.requested": "Question to a person",
  "approval.decided": "Question answered",
  "budget.warning": "Budget nearly used up",
  "budget.reached": "Budget used up",
  "schedule.failed": "Schedule failed",
  "dead_letter.created": "Dead letter",
  "crew.created": "Crew made",
  "crew.updated": "Crew changed",
  "crew.deleted": "Crew deleted",
};

/** One that a newer server sends stands for itself. */
export function eventWords(type: string): string | undefined {
  return EVENTS[type];
}
