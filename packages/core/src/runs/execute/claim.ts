import type { CrewDefinition, Document } from "@crew/contracts/crews";
import type { Run } from "@crew/contracts/runs";
import type { StoredAuthority } from "@crew/db/runs-table";

/** First number of every worker's advisory lock; the second is the worker's own. */
export const WORKER_LOCK_CLASS = 1668444519;

/** A run that was taken up so often without completing a step is a danger to its workers. */
export const MAX_FRUITLESS_ATTEMPTS = 3;

/** The lane behind which a worker's next claim begins; both are UUIDs. */
export interface ClaimTurn {
  workspaceId: string;
  lane: string;
}

/** A place in a provider's line that a parked run comes back for, with the step that it is for. */
export interface LaneTurn {
  lane: string;
  key: string;
  at: number;
}

/** A run as the worker holds it: what was read in the moment of claiming, and the fence. */
export interface Claim {
  run: Run;
  /** The run by whose name its effects go: the first of those that it continues, else itself. */
  effectsKey: string;
  workspaceId: string;
  /** Every write carries it; a claim by somebody else has a higher one. */
  epoch: number;
  /** Claims since a step was last completed, this one included. */
  fruitlessAttempts: number;
  cancelRequestedBy: string | null;
  /** How many messages people have sent to the run. */
  said: number;
  releasedBecause: "worker_lost" | "drained" | "answered" | "timer" | "budget_raised" | "redriven" | "unpaused" | null;
  /** The moment of the backup that it came out of without having ended: what it did afterwards is not in its journal. */
  restoredFrom: string | null;
  /** Milliseconds without an owner before this claim. */
  unownedMs: number;
  /** Its place in the line of a provider, when it was parked for that. */
  laneTurn: LaneTurn | null;
  /** Milliseconds in workers' hands before this claim. */
  activeMs: number;
  /** When the run ends at the latest, by the database's clock at the claim, and the limit in seconds that says so. */
  deadline: { inMs: number; seconds: number } | null;
  definition: CrewDefinition | null;
  documents: Document[];
  /** Whoever started the run; null when that account is gone. */
  starterId: string | null;
  /** Key or app that it was started by; null: a person in their own right. */
  authority: StoredAuthority | null;
}
