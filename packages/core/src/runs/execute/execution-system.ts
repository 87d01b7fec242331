import type { System } from "../../system.ts";

/** The ports that moving a run forward takes. */
export type ExecutionSystem = Pick<
  System,
  | "db"
  | "statements"
  | "walls"
  | "bus"
  | "cache"
  | "models"
  | "lanes"
  | "secrets"
  | "egress"
  | "mcp"
  | "installation"
  | "log"
  | "metrics"
  | "traces"
  | "securityJournal"
  | "now"
  | "newId"
>;
