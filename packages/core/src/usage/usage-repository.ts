import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { Usage, UsageGroup, UsageRow } from "@crew/contracts/usage";
import { MAX_USAGE_ROWS } from "@crew/contracts/usage-limits";
import { usd } from "../runs/run-row.ts";
import type { Statement, Statements } from "../system.ts";

/** By what attempts are put together, and how the key is shown. */
const GROUPS: Record<UsageGroup, { key: string; name: string; id: (key: string) => string }> = {
  day: { key: "to_char(a.sent_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')", name: "summed.key", id: (key) => key },
  crew: {
    key: "r.crew_id",
    name: "coalesce((SELECT name FROM crews x WHERE x.id = summed.key AND x.workspace_id = $1), CASE WHEN summed.key IS NULL THEN 'Chat' ELSE 'A deleted crew' END)",
    id: (key) => typeIdFromUuid("crew", key),
  },
  agent: {
    key: "a.agent_id",
    name: `coalesce((SELECT x.role || ' · ' || c.name FROM agents x JOIN crews c ON c.id = x.crew_id WHERE x.id = summed.key AND x.workspace_id = $1),
      CASE WHEN summed.key IS NULL THEN 'Chat' ELSE 'A deleted agent' END)`,
    id: (key) => typeIdFromUuid("agent", key),
  },
  model: { key: "a.provider || '/' || a.model", name: "summed.key", id: (key) => key },
  user: {
    key: "r.started_by_user_id",
    name: "coalesce((SELECT name FROM users x WHERE x.id = summed.key), CASE WHEN summed.key IS NULL THEN 'Nobody' ELSE 'A former member' END)",
    id: (key) => typeIdFromUuid("user", key),
  },
  key: {
    key: "r.api_key_id",
    name: "coalesce((SELECT name FROM api_keys x WHERE x.id = summed.key AND x.workspace_id = $1), CASE WHEN summed.key IS NULL THEN 'Without a key' ELSE 'A revoked key' END)",
    id: (key) => typeIdFromUuid("key", key),
  },
};

/** Attempts count that were answered; the cut ones with what they may cost. */
const FIGURES = `count(*) FILTER (WHERE a.outcome = 'completed')::int AS calls,
    coalesce(sum(a.input_tokens), 0)::bigint AS input_tokens, coalesce(sum(a.output_tokens), 0)::bigint AS output_tokens,
    coalesce(sum(a.cost_usd), 0) AS cost_usd, coalesce(sum(a.cost_usd) FILTER (WHERE a.is_estimated), 0) AS estimated_usd,
    count(*) FILTER (WHERE a.outcome = 'completed' AND a.cost_usd IS NULL)::int AS unpriced_calls`;
const ATTEMPTS = `FROM call_attempts a JOIN runs r ON r.id = a.run_id
    WHERE a.workspace_id = $1 AND a.sent_at >= $2::timestamptz AND a.sent_at < $3::timestamptz AND a.outcome NOT IN ('pending', 'not_sent')`;

function usageStatement(group: UsageGroup): Statement {
  const { key, name } = GROUPS[group];
  const order = group === "day" ? "key" : "cost_usd DESC, calls DESC, key";
  return {
    name: `usage_by_${group}`,
    text: `WITH summed AS MATERIALIZED (SELECT ${key} AS key, ${FIGURES} ${ATTEMPTS} GROUP BY 1)
      SELECT key::text, ${name} AS name, calls, input_tokens, output_tokens, cost_usd::text, estimated_usd::text, unpriced_calls,
        (SELECT jsonb_build_object('calls', sum(calls), 'inputTokens', sum(input_tokens), 'outputTokens', sum(output_tokens),
          'costUsd', sum(cost_usd)::text, 'estimatedUsd', sum(estimated_usd)::text, 'unpricedCalls', sum(unpriced_calls)) FROM summed) AS totals
      FROM summed ORDER BY ${order} LIMIT ${MAX_USAGE_ROWS + 1}`,
  };
}

interface SummedRow {
  key: string | null;
  name: string;
  calls: number;
  input_tokens: number;
  output_tokens: number;
  cost_usd: string;
  estimated_usd: string;
  unpriced_calls: number;
  totals: Usage["totals"];
}

export async function readUsage(
  statements: Statements,
  workspaceId: string,
  { from, to, groupBy }: { from: string; to: string; groupBy: UsageGroup },
): Promise<Pick<Usage, "data" | "isCut" | "totals">> {
  const rows = await statements.run<SummedRow>(usageStatement(groupBy), [uuidFromTypeId(workspaceId), from, to]);
  const nothing = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: "0", estimatedUsd: "0", unpricedCalls: 0 };
  const totals = rows[0]?.totals ?? nothing;
  return {
    data: rows.slice(0, MAX_USAGE_ROWS).map((row) => usageRow(row, groupBy)),
    isCut: rows.length > MAX_USAGE_ROWS,
    totals: { ...totals, costUsd: usd(totals.costUsd), estimatedUsd: usd(totals.estimatedUsd) },
  };
}

function usageRow(row: SummedRow, groupBy: UsageGroup): UsageRow {
  return {
    key: row.key === null ? null : GROUPS[groupBy].id(row.key),
    name: row.name,
    calls: row.calls,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costUsd: usd(row.cost_usd),
    estimatedUsd: usd(row.estimated_usd),
    unpricedCalls: row.unpriced_calls,
  };
}

export interface UsageLine {
  day: string;
  crew: string | null;
  agent: string | null;
  model: string;
  person: string | null;
  api_key: string | null;
  calls: number;
  input_tokens: number;
  output_tokens: number;
  cost_usd: string;
  estimated_usd: string;
  unpriced_calls: number;
}

const LINES: Statement = {
  name: "usage_lines",
  text: `SELECT summed.day, c.name AS crew, g.key AS agent, summed.model, u.name AS person, k.name AS api_key, calls, input_tokens, output_tokens,
      cost_usd::text, estimated_usd::text, unpriced_calls
    FROM (SELECT ${GROUPS.day.key} AS day, r.crew_id, a.agent_id, ${GROUPS.model.key} AS model, r.started_by_user_id, r.api_key_id, ${FIGURES}
      ${ATTEMPTS} GROUP BY 1, 2, 3, 4, 5, 6) summed
    LEFT JOIN crews c ON c.id = summed.crew_id LEFT JOIN agents g ON g.id = summed.agent_id
    LEFT JOIN users u ON u.id = summed.started_by_user_id LEFT JOIN api_keys k ON k.id = summed.api_key_id
    ORDER BY 1, 2, 3, 4, 5, 6`,
};

/** One line for whatever differs; the caller asks for a day at a time. */
export function readUsageLines(statements: Statements, workspaceId: string, from: string, to: string): Promise<UsageLine[]> {
  return statements.run<UsageLine>(LINES, [uuidFromTypeId(workspaceId), from, to]);
}
