/** So that people can tell their keys apart; of a short one it would tell too much, so that only its being there is told. */
export function keyLastFour(apiKey: string | null): string | null {
  if (apiKey === null) return null;
  return apiKey.length >= 12 ? apiKey.slice(-4) : "";
}
