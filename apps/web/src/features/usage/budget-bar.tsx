import { classNames } from "../../ui/class-names.ts";

/** How much of a limit is used and how much calls under way may still take; the words beside it say the same. */
export function BudgetBar(props: { settled: number; reserved: number; limit: number; warnAtPercent: number | null }) {
  const { settled, reserved, limit, warnAtPercent } = props;
  const used = Math.min(100, (settled / limit) * 100);
  const held = Math.min(100 - used, (reserved / limit) * 100);
  const tone = used >= 100 ? "bg-bad" : warnAtPercent !== null && used >= warnAtPercent ? "bg-warn" : "bg-accent";
  return (
    <span aria-hidden="true" className="flex h-1.5 w-full overflow-hidden rounded-sm bg-hover">
      <span className={classNames("block h-full", tone)} style={{ width: `${used}%` }} />
      <span className={classNames("block h-full opacity-40", tone)} style={{ width: `${held}%` }} />
    </span>
  );
}
