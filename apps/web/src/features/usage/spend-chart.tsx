import type { UsageRow } from "@crew/contracts/usage";
import { formatPlural, formatUsd } from "../../ui/format-figures.ts";
import { daysOf, dayWords, type UsageSpan } from "./usage-span.ts";

const HEIGHT = 96;
const STEP = 10;
const GAP = 2;
/** A day that cost next to nothing is still seen to be there. */
const LEAST = 2;

/** A bar for each day; what is only estimated stands on top of it, lighter. The table by day says the same in figures. */
export function SpendChart({ span, rows }: { span: UsageSpan; rows: readonly UsageRow[] }) {
  const days = daysOf(span);
  const byDay = new Map(rows.map((row) => [row.key, row]));
  const most = Math.max(...rows.map((row) => Number(row.costUsd)), 0);
  const height = (usd: number) => (usd === 0 || most === 0 ? 0 : Math.max(LEAST, (usd / most) * HEIGHT));
  const width = days.length * STEP;
  return (
    <figure className="flex min-w-0 flex-col gap-1">
      <svg
        role="img"
        aria-label={`Cost by day over ${formatPlural(days.length, "day")}; the most in one day is ${formatUsd(String(most))}.`}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-24 w-full"
      >
        {days.map((day, i) => {
          const row = byDay.get(day);
          const [cost, guess] = [Number(row?.costUsd ?? 0), Number(row?.estimatedUsd ?? 0)];
          const [all, sure] = [height(cost), height(cost - guess)];
          return (
            <g key={day}>
              <title>{`${dayWords(day)}: ${formatUsd(row?.costUsd ?? "0")}, ${formatPlural(row?.calls ?? 0, "call")}`}</title>
              <rect x={i * STEP} y={0} width={STEP} height={HEIGHT} className="fill-transparent" />
              <rect x={i * STEP + GAP / 2} y={HEIGHT - 1} width={STEP - GAP} height={1} className="fill-line" />
              <rect x={i * STEP + GAP / 2} y={HEIGHT - all} width={STEP - GAP} height={all} className="fill-accent/40" />
              <rect x={i * STEP + GAP / 2} y={HEIGHT - sure} width={STEP - GAP} height={sure} className="fill-accent" />
            </g>
          );
        })}
      </svg>
      <figcaption className="flex justify-between text-xs text-faint tabular-nums">
        <span>{dayWords(days[0] ?? "")}</span>
        {days.length > 1 ? <span>{dayWords(days.at(-1) ?? "")}</span> : null}
      </figcaption>
    </figure>
  );
}
