import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Statement, Statements } from "../../system.ts";
import type { Claim } from "./claim.ts";

const FORGIVE: Statement = {
  name: "forgive_attempts",
  text: `UPDATE runs SET fruitless_attempts = greatest(fruitless_attempts - 1, 0)
    FROM unnest($1::uuid[], $2::int[]) AS owed(run_id, held) WHERE id = run_id AND epoch >= held AND state IN ('queued', 'running', 'waiting')`,
};

/** Gives back the attempts that these claims have spent. */
export async function forgiveAttemptRows(statements: Statements, claims: readonly Claim[]): Promise<void> {
  await statements.run(FORGIVE, [claims.map(({ run }) => uuidFromTypeId(run.id)), claims.map(({ epoch }) => epoch)]);
}
