import { WEBHOOK_EVENT_DATA } from "@crew/contracts/webhook-events";
import type { WebhookDelivery } from "@crew/contracts/webhooks";
import { expect, test } from "vitest";
import { isAboutToBeSent } from "./webhook-queries.ts";
import { eventWords, TOPIC_GROUPS } from "./webhook-topics.ts";
import { deliveryWords, outcomeWords, topicWords } from "./webhook-words.ts";

const delivery: WebhookDelivery = {
  id: "delivery_01j00000000000000000000000",
  webhookId: "webhook_01j00000000000000000000000",
  type: "security.egress.denied",
  state: "pending",
  attempts: 0,
  responseStatus: null,
  error: null,
  nextAttemptAt: null,
  createdAt: "2026-03-01T10:00:00.000Z",
  endedAt: null,
};

test("what an address listens to reads as words, and what has none stands for itself", () => {
  expect(topicWords(["security.sign_in.", "security.egress.denied"])).toBe("Sign-ins, security.egress.denied");
});

test("every event that the contract names has words, and a topic that brings it", () => {
  for (const type of Object.keys(WEBHOOK_EVENT_DATA)) {
    expect(eventWords(type), type).toBeDefined();
    expect(
      TOPIC_GROUPS.some(({ all }) => type.startsWith(all.events)),
      type,
    ).toBe(true);
  }
});

test("a delivery says how it went", () => {
  expect(deliveryWords("webhook.test")).toBe("Test");
  expect(deliveryWords("run.failed")).toBe("Run failed");
  expect(deliveryWords(delivery.type)).toBe("Host not allowed");
  expect(outcomeWords(delivery)).toBe("On its way.");
  expect(outcomeWords({ ...delivery, attempts: 2, error: "It answered 500." })).toBe("Not taken in 2 attempts. It answered 500.");
  expect(outcomeWords({ ...delivery, state: "delivered", attempts: 1, responseStatus: 204 })).toContain("answer 204 after 1 attempt.");
  expect(outcomeWords({ ...delivery, state: "failed", attempts: 8, error: "Nobody listens." })).toBe(
    "Given up after 8 attempts. Nobody listens.",
  );
});

test("only what is about to be sent is looked at again", () => {
  const now = Date.parse(delivery.createdAt);
  expect(isAboutToBeSent(delivery, now + 1_000)).toBe(true);
  expect(isAboutToBeSent(delivery, now + 60_000)).toBe(false);
  expect(isAboutToBeSent({ ...delivery, nextAttemptAt: "2026-03-01T10:05:00.000Z" }, now)).toBe(false);
  expect(isAboutToBeSent({ ...delivery, state: "delivered" }, now)).toBe(false);
});
