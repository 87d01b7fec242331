import type { StackDocument, StackService } from "./stack-document.ts";

export interface Finding {
  /** `(stack)` where no service is at fault. */
  service: string;
  rule: string;
  found: string;
  fix: string;
}

export interface AuditOptions {
  /** `compose`: one host without Swarm, where rules of the roll-out and of networks between hosts say nothing. */
  kind?: "stack" | "compose";
  /** Images by name: for a rehearsal on an engine that knows no registry. */
  allowsLocalImages?: boolean;
}

/** What a rule is asked about. */
export interface Audited {
  name: string;
  service: StackService;
  stack: StackDocument;
  options: Required<AuditOptions>;
}

export interface Rule {
  name: string;
  /** Where Docker Compose needs it too. */
  isForCompose: boolean;
  /** What breaks the rule, in the file's own words; nothing where it is kept. */
  look(audited: Audited): string[];
  fix: string;
}
