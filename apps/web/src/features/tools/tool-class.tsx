import type { ToolClass } from "@crew/contracts/tools";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";

const WORDS: Record<ToolClass, { tone: BadgeTone; text: string }> = {
  read: { tone: "good", text: "Only reads. After a crash it simply runs again." },
  idempotent: { tone: "accent", text: "May run again with the same key and does its work once." },
  unsafe: { tone: "warn", text: "Runs at most once. If nobody knows whether it did, a person is asked." },
};

export function ToolClassBadge({ value }: { value: ToolClass }) {
  return <Badge tone={WORDS[value].tone}>{value}</Badge>;
}

export function toolClassMeaning(value: ToolClass): string {
  return WORDS[value].text;
}
