/** So that people can tell their keys apart; of a short one it would tell too much. */
export function keyLastFour(apiKey: string | null): string | null {
  return apiKey !== null && apiKey.length >= 12 ? apiKey.slice(-4) : null;
}
