/** So that people can tell their secrets apart; of a short one it would tell too much. */
export function secretLastFour(value: string): string | null {
  return value.length >= 12 ? value.slice(-4) : null;
}
