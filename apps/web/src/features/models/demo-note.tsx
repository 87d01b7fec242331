import { Badge } from "../../ui/badge.tsx";

export const DEMO_LABEL = "Demonstration, not AI";

/** Stands wherever the built-in model is named, so that nobody takes its answers for those of a language model. */
export function DemoBadge() {
  return <Badge tone="warn">{DEMO_LABEL}</Badge>;
}

export function isDemoModel(name: string | null): boolean {
  return name?.startsWith("demo/") ?? false;
}
