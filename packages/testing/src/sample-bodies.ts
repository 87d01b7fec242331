import { buildCrew } from "./build-crew.ts";

type Fields = Record<string, unknown>;

const agent = { key: "editor", role: "Editor", goal: "Cut", backstory: "", model: null, tools: [], maxIterations: 5 };
const task = { key: "cut", description: "Cut it", expectedOutput: "Less", agent: "scout", context: [], tools: [], humanInput: false };

/** A valid body for each endpoint that takes one with fields; one without its line here fails the tests that walk over all. */
export const SAMPLE_BODIES: Record<string, (ids: Record<string, string>) => Fields> = {
  "session.setCredentials": () => ({ name: "Ada", email: "ada@example.test", password: "correct horse battery" }),
  "session.stepUp": () => ({ password: "correct horse battery" }),
  "session.socketTicket": () => ({}),
  "token.create": () => ({}),
  "workspace.create": () => ({ name: "Second" }),
  "workspace.update": () => ({ name: "Renamed" }),
  "workspace.delete": () => ({ name: "Ada's workspace" }),
  "workspace.transfer": ({ userId }) => ({ userId }),
  "workspace.leave": () => ({}),
  "member.update": () => ({ role: "viewer", customRoleId: null }),
  "invitation.create": () => ({ email: "grace@example.test", role: "viewer", customRoleId: null }),
  "invitation.resend": () => ({}),
  "invitation.lookup": () => ({ token: "an-invitation" }),
  "invitation.accept": () => ({ token: "an-invitation" }),
  "role.create": () => ({ name: "Auditor", description: "", permissions: ["runs:read"] }),
  "role.update": () => ({ name: "Reader", description: "Reads", permissions: ["crews:read"] }),
  "crewGrant.set": () => ({ permissions: ["run"] }),
  "apiKey.rotate": () => ({ prefix: "crew_abc123" }),
  "apiKey.create": () => ({ name: "ci", scopes: ["runs:read"], expiresAt: null, rateClass: "low" }),
  "crew.create": () => ({ ...buildCrew(), example: { inputs: { topic: "solar" }, documents: [{ name: "a.txt", text: "x" }] } }),
  "crew.update": () => buildCrew({ name: "Another name" }) as unknown as Fields,
  "crew.signOff": () => ({ version: 1 }),
  "egress.update": () => ({ allow: null, deny: ["tracker.example.org"] }),
  "agent.create": ({ crewId }) => ({ crewId, ...agent }),
  "agent.update": () => agent,
  "task.create": ({ crewId }) => ({ crewId, ...task, position: 0 }),
  "task.update": () => ({ ...task, position: 1 }),
  "run.start": () => ({ inputs: { topic: "wind" }, documents: [{ name: "a.txt", text: "x" }] }),
  "run.cancel": () => ({}),
  "run.cancelAll": () => ({ crewId: null }),
  "approval.decide": () => ({ decision: "approve", feedback: "" }),
  "conversation.create": () => ({ title: "Hello", model: "demo/extractive" }),
  "conversation.update": () => ({ title: "Other", model: "demo/extractive" }),
  "conversation.send": () => ({ clientMessageId: "m1", content: "Hello", attachments: [{ name: "a.txt", text: "x" }] }),
  "conversation.stop": () => ({}),
  "modelProvider.create": () => ({ kind: "openai", name: "vendor", baseUrl: null, models: ["m"], apiKey: "sk-1" }),
  "modelProvider.update": () => ({ baseUrl: null, models: [], apiKey: "sk-2" }),
  "modelProvider.test": () => ({}),
  "secret.create": () => ({ name: "CRM_TOKEN", value: "a token of the CRM", description: "For the CRM" }),
  "secret.update": () => ({ value: "another token of the CRM", description: "" }),
  "audit.verify": () => ({ anchor: { seq: 1, hash: "0".repeat(64) } }),
};
