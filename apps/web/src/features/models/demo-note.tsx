import { Badge } from "../../ui/badge.tsx";

export const DEMO_LABEL = "Demonstration, not AI";

/** Stands wherever the built-in model is named, so that nobody takes its answers for those of a language model. */
export function DemoBadge({ className }: { className?: string | undefined }) {
  return (
    <Badge tone="warn" className={className}>
      {DEMO_LABEL}
    </Badge>
  );
}

/** The same where there is little room. */
export function ShortDemoBadge() {
  return <Badge tone="warn">Demo, not AI</Badge>;
}

export function isDemoModel(name: string | null): boolean {
  return name?.startsWith("demo/") ?? false;
}
