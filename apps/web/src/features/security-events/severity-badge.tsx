import type { SecuritySeverity } from "@crew/contracts/security-events";
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { SEVERITY_WORDS } from "./security-words.ts";

const LOOKS = {
  critical: { tone: "bad", Icon: CircleAlert },
  warning: { tone: "warn", Icon: TriangleAlert },
  info: { tone: "plain", Icon: Info },
} as const satisfies Record<SecuritySeverity, { tone: BadgeTone; Icon: typeof Info }>;

/** `isShort`: the mark alone on a phone; its word stays for screen readers. */
export function SeverityBadge({ value, isShort = false }: { value: SecuritySeverity; isShort?: boolean }) {
  const { tone, Icon } = LOOKS[value];
  return (
    <Badge tone={tone}>
      <Icon aria-hidden="true" className="size-3" />
      <span className={isShort ? "max-sm:sr-only" : ""}>{SEVERITY_WORDS[value]}</span>
    </Badge>
  );
}
