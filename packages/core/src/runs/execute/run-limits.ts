/** What one run may use at most, whatever its crew's agents say: a net under the limits of each agent and task. */
export interface RunLimits {
  modelCalls: number;
  toolCalls: number;
}

export const RUN_LIMITS: RunLimits = { modelCalls: 2_000, toolCalls: 5_000 };
